import { TARIFF_PRESETS } from '../../../api/src/admin-api/energy/tariff-presets';
import { TariffService } from '../../../api/src/energy/tariff.service';
import type { GatewayRig } from '../../../api/test/support/gateway-rig';

const TARIFF = 'sdge-ev-tou-5';

/** Prices by the hour, in force from the beginning, so that the month was charged by them. */
export async function priceByTheHour(rig: GatewayRig): Promise<void> {
  const preset = TARIFF_PRESETS.find(({ key }) => key === TARIFF);
  if (preset === undefined) throw new Error(`no preset ${TARIFF}`);
  await rig.database.rows(
    'UPDATE tariff_version SET plan = $1, name = $2, source = $3, source_date = $4, updated_at = now()',
    [JSON.stringify(preset.plan), preset.name, preset.source, preset.sourceDate],
  );
  await rig.app.nest.get(TariffService).refresh();
}
