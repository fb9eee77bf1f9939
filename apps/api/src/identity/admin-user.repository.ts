import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PERSON, type Person } from './person';

/** What a login needs to know of a person. */
export interface AdminUser extends Person {
  passwordHash: string;
}

const BY_EMAIL = `
  SELECT ${PERSON}, u.password_hash AS "passwordHash"
    FROM admin_user u
   WHERE u.email = $1 AND u.disabled_at IS NULL`;

const CREATE_FIRST = `
  INSERT INTO admin_user (id, email, password_hash, role)
  SELECT gen_random_uuid(), $1, $2, 'admin'
   WHERE NOT EXISTS (SELECT FROM admin_user)
  ON CONFLICT DO NOTHING
  RETURNING id`;

@Injectable()
export class AdminUserRepository {
  constructor(private readonly database: DataSource) {}

  async findByEmail(email: string): Promise<AdminUser | null> {
    const [user] = await this.database.query<AdminUser[]>(BY_EMAIL, [email]);
    return user ?? null;
  }

  async anyExists(): Promise<boolean> {
    const [row] = await this.database.query<{ exists: boolean }[]>(
      'SELECT EXISTS (SELECT FROM admin_user) AS exists',
    );
    return row?.exists ?? false;
  }

  /** False when somebody was there already. */
  async createFirst(email: string, passwordHash: string): Promise<boolean> {
    const rows = await this.database.query<{ id: string }[]>(CREATE_FIRST, [email, passwordHash]);
    return rows.length === 1;
  }
}
