import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { RedisConnection } from '../redis/redis-connection.service';
import { Replicas } from './replicas.service';

const CHANNEL = 'replicas';
/** Somebody who is asked and says nothing is taken to know nothing. */
const ASK_MS = 1_000;

interface Message {
  from: string;
  kind: string;
  /** Of a question, and of its answers. */
  question?: string;
  /** Whose question is answered. */
  to?: string;
  body: unknown;
}

interface OpenQuestion {
  /** How many were asked; null until Redis has said so. */
  asked: number | null;
  knowNothing: number;
  resolve: (answer: unknown) => void;
}

/**
 * Messages between the gateways on one database, by Redis' publish and subscribe: what is not heard is lost, so it
 * carries only what is told again soon, or asked. Alone, or while Redis is away, nobody hears and nobody answers.
 */
@Injectable()
export class ReplicaBus implements OnModuleInit {
  private readonly logger = new Logger(ReplicaBus.name);
  private readonly hearers = new Map<string, (body: unknown, from: string) => void>();
  private readonly answerers = new Map<string, (id: string) => unknown>();
  private readonly questions = new Map<string, OpenQuestion>();

  constructor(
    private readonly redis: RedisConnection,
    private readonly replicas: Replicas,
  ) {}

  onModuleInit(): void {
    if (this.redis.isSet) this.redis.subscribe(CHANNEL, (text) => this.hear(JSON.parse(text) as Message));
  }

  /** Hears what the others tell of a kind. */
  onTold(kind: string, hearer: (body: unknown, from: string) => void): void {
    this.hearers.set(kind, hearer);
  }

  /** Answers questions about an id; null (or a promise of it) where this gateway does not know. */
  onAsked(kind: string, answerer: (id: string) => unknown): void {
    this.answerers.set(kind, answerer);
  }

  tell(kind: string, body: unknown): void {
    this.send({ kind, body }).catch(() => undefined);
  }

  /** The first answer of another gateway that knows; null where none does, or none is there. */
  async ask<A>(kind: string, id: string, withinMs = ASK_MS): Promise<A | null> {
    if (this.redis.state !== 'ok') return null;
    const question = randomUUID();
    return new Promise<A | null>((resolve) => {
      const done = (answer: unknown) => {
        clearTimeout(silence);
        this.questions.delete(question);
        resolve(answer as A | null);
      };
      const silence = setTimeout(() => done(null), withinMs);
      const open: OpenQuestion = { asked: null, knowNothing: 0, resolve: done };
      this.questions.set(question, open);
      this.send({ kind, body: id, question }).then(
        (heardBy) => {
          // This gateway hears itself.
          open.asked = heardBy - 1;
          if (open.knowNothing >= open.asked) done(null);
        },
        () => done(null),
      );
    });
  }

  private hear(message: Message): void {
    const { from, kind, question, to, body } = message;
    if (from === this.replicas.id) return;
    if (to !== undefined) {
      if (to === this.replicas.id && question !== undefined) this.take(question, body);
    } else if (question !== undefined) void this.answer(from, kind, question, String(body));
    else this.hearers.get(kind)?.(body, from);
  }

  private take(question: string, answer: unknown): void {
    const open = this.questions.get(question);
    if (open === undefined) return;
    if (answer === null) open.knowNothing++;
    if (answer !== null || open.knowNothing >= (open.asked ?? Infinity)) open.resolve(answer);
  }

  private async answer(to: string, kind: string, question: string, id: string): Promise<void> {
    try {
      const answer = (await this.answerers.get(kind)?.(id)) ?? null;
      await this.send({ kind, question, to, body: answer });
    } catch (error) {
      this.logger.warn(
        `a question of another gateway (${kind}) was not answered: ${(error as Error).message}`,
      );
    }
  }

  private send(message: Omit<Message, 'from'>): Promise<number> {
    return this.redis.publish(CHANNEL, JSON.stringify({ from: this.replicas.id, ...message }));
  }
}
