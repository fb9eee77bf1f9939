import { Service } from '@angular/core';

/** Which request was last opened from the list, so that who comes back stands where they were. */
@Service()
export class OpenedRow {
  id: string | null = null;
}
