import type { PoolHost } from '../upstream/ollama/host-pool.service';

/** Hosts with the model in memory and a slot free first, then the one with the most of its slots free. */
export function byPreference(hosts: readonly PoolHost[], model: string): PoolHost[] {
  const cost = (host: PoolHost) => {
    const busy = host.running + host.elsewhere;
    return (
      (host.reachable ? 0 : 4) + (host.hasLoaded(model) && busy < host.slots ? 0 : 2) + busy / host.slots
    );
  };
  return [...hosts].sort((a, b) => cost(a) - cost(b));
}
