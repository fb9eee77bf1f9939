/** RFC 9457 problem details: every error of the admin plane. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  /** Stable word for what a client should react to (`totp_required`, `password_change_required`, …). */
  code?: string;
  errors?: { field: string; message: string }[];
}
