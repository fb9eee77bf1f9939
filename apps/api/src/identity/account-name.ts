/** An e-mail address as it is stored and compared: case and surrounding spaces do not make another person. */
export function accountName(email: string): string {
  return email.trim().normalize('NFC').toLowerCase();
}
