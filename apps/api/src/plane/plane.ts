import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** The two faces of the one process; a route exists on exactly one of them. */
export type Plane = 'gateway' | 'admin';

const planeBySocket = new WeakMap<Socket, Plane>();
const openSockets = new WeakMap<Server, Set<Socket>>();

/** Marks every connection of a server as belonging to a plane, before its first request is routed. */
export function markConnections(server: Server, plane: Plane): void {
  const open = new Set<Socket>();
  openSockets.set(server, open);
  server.on('connection', (socket) => {
    planeBySocket.set(socket, plane);
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
}

/**
 * Closes the connections that have said nothing yet: browsers and clients open them ahead of need, and Node's
 * `closeIdleConnections` does not count them as idle.
 */
export function closeUnusedConnections(server: Server): void {
  for (const socket of openSockets.get(server) ?? []) if (socket.bytesRead === 0) socket.destroy();
}

/** The plane a request came in on, by its connection and nothing that a client can say. */
export function planeOf(request: IncomingMessage): Plane | undefined {
  return planeBySocket.get(request.socket);
}

/**
 * Fastify routing constraint `plane`. A route without one matches nothing, so a forgotten declaration is a
 * 404 and not a leak from one plane to the other.
 */
export const planeConstraint = {
  name: 'plane',
  storage() {
    // The router keeps its own handlers here; their type is no concern of ours.
    const stores = new Map<unknown, unknown>();
    return {
      get: (plane: unknown) => (stores.get(plane) ?? null) as never,
      set: (plane: unknown, store: unknown) => {
        stores.set(plane, store);
      },
    };
  },
  deriveConstraint: (request: IncomingMessage) => planeOf(request) ?? 'none',
  mustMatchWhenDerived: true,
};
