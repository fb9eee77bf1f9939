import type { GatewayStatus } from '@ollameter/admin-contract';
import { count } from '../format/count';
import { duration } from '../format/duration';

export interface Health {
  level: 'ok' | 'warn' | 'bad';
  sentence: string;
}

/** A record this old has met something worse than a busy moment. */
const SPOOL_LATE_MS = 10_000;

/** The state of the gateway in one sentence; the worst comes first. `failed` is of the running hour. */
export function health(status: GatewayStatus, failed: number): Health {
  const { hosts } = status;
  const silent = hosts.filter((host) => !host.reachable);
  const running = `${requests(status.running)} running${status.queued > 0 ? `, ${count(status.queued)} waiting` : ''}`;
  if (!status.databaseReachable)
    return bad(
      `The database does not answer. ${records(status.spool.records)} in the spool until it is back.`,
    );
  if (hosts.length === 0) return bad('No Ollama host is set up.');
  if (silent.length === hosts.length)
    return bad(hosts.length === 1 ? 'Ollama does not answer.' : 'None of the Ollama hosts answers.');
  if (silent.length > 0)
    return warn(
      `${silent.map(({ name }) => name).join(', ')} does not answer; ${hosts.length - silent.length} of ${hosts.length} hosts do. ${running}.`,
    );
  if (status.redis === 'unreachable')
    return warn(
      `Redis does not answer: ${status.replicas === 1 ? 'this gateway' : `each of ${count(status.replicas)} gateways`} keeps to its part of slots and limits. ${running}.`,
    );
  if (status.spool.records > 0 && status.spool.oldestAgeMs > SPOOL_LATE_MS)
    return warn(
      `The log is ${duration(status.spool.oldestAgeMs)} behind: ${records(status.spool.records)} in the spool. ${running}.`,
    );
  if (status.prices === 'failing')
    return warn(`Electricity prices cannot be fetched; those that are known still count. ${running}.`);
  const answering = status.demo
    ? 'The demo host answers in place of Ollama'
    : hosts.length === 1
      ? 'Ollama answers'
      : `All ${hosts.length} hosts answer`;
  if (failed > 0)
    return warn(`${answering}, ${lower(running)}, ${count(failed)} failed or rejected in this hour.`);
  return { level: 'ok', sentence: `All good. ${answering}, ${lower(running)}, nothing failed in this hour.` };
}

function requests(running: number): string {
  if (running === 0) return 'Nothing is';
  return running === 1 ? 'One request is' : `${count(running)} requests are`;
}

function records(waiting: number): string {
  return waiting === 1 ? 'One request waits' : `${count(waiting)} requests wait`;
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function bad(sentence: string): Health {
  return { level: 'bad', sentence };
}

function warn(sentence: string): Health {
  return { level: 'warn', sentence };
}
