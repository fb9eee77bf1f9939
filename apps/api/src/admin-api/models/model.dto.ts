import { applyDecorators } from '@nestjs/common';
import type { ModelLoad, ModelPull, ModelSettingsChange } from '@ollameter/admin-contract';
import { KEEP_ALIVE } from '../../upstream/keep-alive';
import { IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min, ValidateIf } from 'class-validator';

/** Ollama's `[host/][namespace/]model[:tag]`. */
const MODEL_NAME = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,254}$/;

const NameField = () =>
  applyDecorators(
    Matches(MODEL_NAME, { message: 'must be a model name such as llama3.1:8b' }),
    IsString({ message: 'must be text' }),
  );

const HostField = () =>
  applyDecorators(
    IsOptional(),
    MaxLength(255, { message: 'must have at most 255 characters' }),
    IsString({ message: 'must be text' }),
  );

const KeepAliveField = () =>
  applyDecorators(
    Matches(KEEP_ALIVE, {
      message: 'must be a duration such as 5m or 1h30m, or whole seconds; -1 is for ever',
    }),
    MaxLength(40, { message: 'must have at most 40 characters' }),
    IsString({ message: 'must be text' }),
  );

export class ModelNameDto {
  @NameField() name!: string;
}

export class AliasNameDto {
  @NameField() alias!: string;
}

export class ModelPullDto implements ModelPull {
  @NameField() name!: string;
  @HostField() host?: string;
}

export class ModelLoadDto implements ModelLoad {
  @HostField() host?: string;
  @IsOptional() @KeepAliveField() keepAlive?: string;
}

export class HostChoiceDto {
  @HostField() host?: string;
}

export class AliasTargetDto {
  @NameField() model!: string;
}

export class ModelSettingsDto implements ModelSettingsChange {
  @ValidateIf((_, value) => value !== null && value !== undefined)
  @Max(10_000_000, { message: 'must be a whole number from 1 to 10000000' })
  @Min(1, { message: 'must be a whole number from 1 to 10000000' })
  @IsInt({ message: 'must be a whole number from 1 to 10000000' })
  numCtx?: number | null;

  @ValidateIf((_, value) => value !== null && value !== undefined)
  @KeepAliveField()
  keepAlive?: string | null;
}
