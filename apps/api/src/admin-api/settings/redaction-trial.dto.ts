import type { RedactionTrialRequest } from '@ollameter/admin-contract';
import { ArrayMaxSize, IsArray, IsString, MaxLength } from 'class-validator';

const LONGEST = 10_000;
const MOST_KINDS = 20;

export class RedactionTrialDto implements RedactionTrialRequest {
  @MaxLength(LONGEST, { message: `must have at most ${LONGEST} characters` })
  @IsString({ message: 'must be text' })
  text!: string;

  @IsString({ each: true, message: 'must be a list of texts' })
  @ArrayMaxSize(MOST_KINDS, { message: `must have at most ${MOST_KINDS} entries` })
  @IsArray({ message: 'must be a list' })
  kinds!: string[];

  @MaxLength(LONGEST, { message: `must have at most ${LONGEST} characters` })
  @IsString({ message: 'must be text' })
  patterns!: string;
}
