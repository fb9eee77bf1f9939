import type { MeterKind } from '@ollameter/admin-contract';
import { HOME_ASSISTANT, PROMETHEUS, SHELLY, TASMOTA } from './http-drivers';
import { AMD_GPU, MACMON, NVIDIA, RAPL } from './local-drivers';
import type { MeterDriver } from './meter-driver';

/** Every kind that is read; a constant is not. */
export const DRIVERS: Record<Exclude<MeterKind, 'constant'>, MeterDriver> = {
  nvidia: NVIDIA,
  macmon: MACMON,
  rapl: RAPL,
  shelly: SHELLY,
  home_assistant: HOME_ASSISTANT,
  prometheus: PROMETHEUS,
  tasmota: TASMOTA,
  amd_gpu: AMD_GPU,
};
