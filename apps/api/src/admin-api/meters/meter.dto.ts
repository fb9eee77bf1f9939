import { isAbsolute, basename } from 'node:path';
import {
  METER_KINDS,
  METER_SCOPES,
  METER_UNITS,
  type MeterChange,
  type MeterInput,
  type MeterKind,
  type MeterScope,
  type MeterSettings,
  type MeterTestInput,
  type MeterUnit,
} from '@ollameter/admin-contract';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsDefined,
  IsInt,
  IsNumber,
  IsObject,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  registerDecorator,
  ValidateNested,
} from 'class-validator';
import { isDeviceHost } from '../../energy/device-network';
import { FlagBody, Nullable, OneOfBody, Optional, TextBody } from '../body-fields';

const MAX_WATTS = 100_000;
const WATTS = { message: `must be watts from 0 to ${MAX_WATTS}` };
const CALIBRATION = { message: 'must be a number from 0.01 to 100' };
const INTERVAL = { message: 'must be a whole number of milliseconds from 500 to 60000' };
const PROGRAMS = new Set(['nvidia-smi', 'nvidia-smi.exe', 'macmon']);

const Checked = (name: string, message: string, validate: (value: unknown) => boolean): PropertyDecorator => {
  return (target, propertyName) =>
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(propertyName),
      options: { message },
      validator: { validate },
    });
};

const Watts = (): PropertyDecorator => (target, key) => {
  Max(MAX_WATTS, WATTS)(target, key);
  Min(0, WATTS)(target, key);
  IsNumber({}, WATTS)(target, key);
};

/** Where the gateway itself will send requests. */
const DeviceUrl = () =>
  Checked(
    'deviceUrl',
    'must be an http(s) address such as http://192.168.1.20, without credentials, query or link-local host',
    (value) => {
      const url = typeof value === 'string' && value.length <= 2_000 ? URL.parse(value) : null;
      if (url === null || !/^https?:$/.test(url.protocol)) return false;
      const isBare = [url.username, url.password, url.search, url.hash].every((part) => part === '');
      return isBare && isDeviceHost(url.hostname);
    },
  );

/** A program that the gateway will run; only those that a meter needs. */
const Program = () =>
  Checked(
    'program',
    'must be the absolute path of nvidia-smi or macmon',
    (value) => typeof value === 'string' && isAbsolute(value) && PROGRAMS.has(basename(value)),
  );

const ModelWatts = () =>
  Checked(
    'modelWatts',
    `must give watts from 0 to ${MAX_WATTS} by model`,
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      Object.keys(value).length <= 200 &&
      Object.entries(value as Record<string, unknown>).every(
        ([model, watts]) =>
          model.length <= 256 && typeof watts === 'number' && watts >= 0 && watts <= MAX_WATTS,
      ),
  );

export class MeterSettingsDto implements MeterSettings {
  @Optional() @DeviceUrl() url?: string;
  @Optional() @Max(100) @Min(0) @IsInt({ message: 'must be a whole number from 0 to 100' }) channel?: number;
  @Optional()
  @Matches(/^[a-z_]+\.[a-z0-9_]{1,200}$/, { message: 'must be an entity such as sensor.plug_power' })
  entity?: string;
  @Optional() @TextBody(1, 2_000) query?: string;
  @Optional() @OneOfBody(METER_UNITS) unit?: MeterUnit;
  @Optional() @TextBody(1, 100) user?: string;
  @Optional() @Program() program?: string;
  @Optional()
  @ArrayUnique({ message: 'must name each card once' })
  @Max(63, { each: true, message: 'must be card numbers from 0 to 63' })
  @Min(0, { each: true, message: 'must be card numbers from 0 to 63' })
  @IsInt({ each: true, message: 'must be card numbers from 0 to 63' })
  @ArrayMaxSize(64, { message: 'must name at most 64 cards' })
  @ArrayMinSize(1, { message: 'must name a card; leave it out for all' })
  @IsArray({ message: 'must be a list' })
  devices?: number[];
  @Optional()
  @Matches(/^\/(?!.*\.\.)[\w./:-]{1,300}$/, { message: 'must be an absolute path without ..' })
  path?: string;
  @Optional() @Watts() activeWatts?: number;
  @Optional() @Watts() idleWatts?: number;
  @Optional() @Watts() loadWatts?: number;
  @Optional() @ModelWatts() modelWatts?: Record<string, number>;
}

const Settings = (): PropertyDecorator => (target, key) => {
  Type(() => MeterSettingsDto)(target, key);
  ValidateNested()(target, key);
  IsObject({ message: 'must be an object' })(target, key);
};

/** What may be left out of a new meter, of a change and of a test. */
class MeterFields {
  @Nullable() @MaxLength(4_000) @TextBody(1, 4_000) secret?: string | null;
  @Optional() @Max(100, CALIBRATION) @Min(0.01, CALIBRATION) @IsNumber({}, CALIBRATION) calibration?: number;
  @Optional() @Max(60_000, INTERVAL) @Min(500, INTERVAL) @IsInt(INTERVAL) intervalMs?: number;
  @Optional() @FlagBody() enabled?: boolean;
  @Optional() @OneOfBody(METER_SCOPES) scope?: MeterScope;
}

export class MeterInputDto extends MeterFields implements MeterInput {
  @TextBody(1, 100) @IsDefined({ message: 'is required' }) name!: string;
  @OneOfBody(METER_KINDS) @IsDefined({ message: 'is required' }) kind!: MeterKind;
  @TextBody(1, 300) @IsDefined({ message: 'is required' }) host!: string;
  @Settings() @IsDefined({ message: 'is required' }) settings!: MeterSettingsDto;
}

export class MeterChangeDto extends MeterFields implements MeterChange {
  @Optional() @TextBody(1, 100) name?: string;
  @Optional() @TextBody(1, 300) host?: string;
  @Optional() @Settings() settings?: MeterSettingsDto;
}

export class MeterTestDto extends MeterChangeDto implements MeterTestInput {
  @Optional() @OneOfBody(METER_KINDS) kind?: MeterKind;
  @Optional() @IsUUID('all', { message: 'must be the id of a meter' }) id?: string;
}

/** A meter, or `environment:{host}`. */
export class MeterIdDto {
  @TextBody(1, 320) id!: string;
}
