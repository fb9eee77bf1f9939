import { RouteConstraints } from '@nestjs/platform-fastify';
import type { Plane as PlaneName } from './plane';

/**
 * Puts every route of a controller on one plane. The adapter reads constraints from the handlers, so the
 * decorator marks each of them.
 */
export function Plane(plane: PlaneName): ClassDecorator {
  return (controller) => {
    const prototype = controller.prototype as object;
    for (const name of Object.getOwnPropertyNames(prototype)) {
      if (name === 'constructor') continue;
      const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
      if (typeof descriptor?.value === 'function') RouteConstraints({ plane })(prototype, name, descriptor);
    }
  };
}
