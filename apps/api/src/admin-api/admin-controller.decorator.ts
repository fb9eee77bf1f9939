import { applyDecorators, Controller, UseGuards, UsePipes } from '@nestjs/common';
import { PermissionGuard } from '../identity/permission.guard';
import { Plane } from '../plane/plane.decorator';
import { adminValidationPipe } from './admin-validation-pipe';

/** A controller of the admin plane: guarded by the access that each route declares, its DTOs checked. */
export function AdminController(path: string): ClassDecorator {
  return applyDecorators(
    Controller(path),
    Plane('admin'),
    UseGuards(PermissionGuard),
    UsePipes(adminValidationPipe()),
  );
}
