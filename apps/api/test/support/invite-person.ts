import { randomUUID } from 'node:crypto';
import type { Role, UserWithPassword } from '@ollameter/admin-contract';

/** Of everybody whom `invitePerson` makes. */
export const PERSON_PASSWORD = 'a password of their own';

/** Somebody with an account and a session. */
export interface InvitedPerson {
  id: string;
  email: string;
  /** The session's, as a browser would send it back. */
  cookie: string;
}

/** Invites somebody to an admin plane, logs them in and changes the password that was made for them. */
export async function invitePerson(
  adminUrl: string,
  adminToken: string,
  role: Role,
  options: { readsPrompts?: boolean } = {},
): Promise<InvitedPerson> {
  const post = async (path: string, body: object, headers: Record<string, string>, expected: number) => {
    const answer = await fetch(adminUrl + path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
    if (answer.status !== expected) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const email = `${role}-${randomUUID().slice(0, 8)}@example.org`;
  const authorization = `Bearer ${adminToken}`;
  const invited = await post('/api/users', { email, role, ...options }, { authorization }, 201);
  const { user, password } = (await invited.json()) as UserWithPassword;
  const first = cookieOf(await post('/api/auth/login', { email, password }, {}, 200));
  const passwords = { currentPassword: password, newPassword: PERSON_PASSWORD };
  const changed = await post('/api/me/password', passwords, { cookie: first }, 204);
  return { id: user.id, email, cookie: cookieOf(changed) };
}

/** The session cookie that an answer sets, as the browser would send it back. */
export function cookieOf(answer: Response): string {
  return answer.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
}
