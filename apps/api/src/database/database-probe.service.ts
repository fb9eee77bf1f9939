import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** A server that is silent for so long is told as unreachable; a frozen one says nothing at all. */
const SILENCE_MS = 2_000;

/** Whether PostgreSQL answers. One question at a time: a frozen server costs one connection, not one per asker. */
@Injectable()
export class DatabaseProbe {
  private asking: Promise<boolean> | null = null;

  constructor(private readonly dataSource: DataSource) {}

  reachable(): Promise<boolean> {
    this.asking ??= this.dataSource
      .query('SELECT 1')
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        this.asking = null;
      });
    const { asking } = this;
    return new Promise((resolve) => {
      const silence = setTimeout(() => resolve(false), SILENCE_MS);
      void asking.then((answers) => {
        clearTimeout(silence);
        resolve(answers);
      });
    });
  }
}
