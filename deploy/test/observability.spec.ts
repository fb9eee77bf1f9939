import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const METRICS = resolve(ROOT, 'apps/api/src/metrics');

/** Names that the API registers itself; those of the Node process come from prom-client under our prefix. */
const registered = new Set(
  readdirSync(METRICS)
    .flatMap((file) => [...readFileSync(resolve(METRICS, file), 'utf8').matchAll(/'(ollameter_[a-z_]+)'/g)])
    .map(([, name]) => name),
);

it.each(['deploy/grafana/ollameter.json', 'deploy/prometheus/alerts.yaml'])(
  '%s asks for metrics that exist',
  (file) => {
    const names = new Set(readFileSync(resolve(ROOT, file), 'utf8').match(/\bollameter_[a-z0-9_]+/g));
    expect(names.size).toBeGreaterThan(5);
    for (const name of names) {
      if (/^ollameter_(nodejs|process)_/.test(name)) continue;
      expect(registered).toContain(name.replace(/_(bucket|count|sum)$/, ''));
    }
  },
);
