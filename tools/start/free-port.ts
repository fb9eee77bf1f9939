import { createServer } from 'node:net';
import { StartError } from './start-error.ts';

/**
 * Finds a taken port before anything has started.
 * @throws StartError naming the variable to change.
 */
export async function assertPortFree(host: string, port: number, variable: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new StartError(
          error.code === 'EADDRINUSE'
            ? `Port ${port} is taken: another program listens there. Set ${variable} to a free port.`
            : `Cannot listen on ${host}:${port} (${variable}): ${error.message}`,
        ),
      );
    });
    server.listen(port, host, () => server.close(() => resolve()));
  });
}
