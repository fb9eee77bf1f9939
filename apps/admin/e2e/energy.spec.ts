import { readFile } from 'node:fs/promises';
import type {
  EnergyOverview,
  EnergyStatement,
  LogPage,
  MeterList,
  RequestEnergy,
  TariffList,
} from '@ollameter/admin-contract';
import { FakeDevice, shellyStatus } from '../../api/test/meters/fake-device';
import { describeInBrowser } from './support/chromium';
import { seedHistory } from './support/history';
import { NARROW, Portal, WIDE, accessibilityProblems } from './support/portal';

const REFRESH_MS = 35_000;
const TALL = { ...NARROW, height: 3200 };
const PLACES = [
  '/energy?period=week',
  '/energy/tariff',
  '/energy/tariff/new?preset=sdge-ev-tou-5',
  '/energy/meters',
  '/energy/statements',
];

let portal: Portal;
beforeAll(async () => {
  portal = await Portal.start({ variables: { IDLE_WATTS: '12' } });
  await seedHistory(portal.rig, 2);
}, 120_000);
afterEach(async () => expect(await portal.closePages()).toEqual([]));
afterAll(() => portal.stop());

async function api<T>(path: string): Promise<T> {
  const answer = await portal.rig.admin(path);
  const text = await answer.text();
  expect([path, answer.status, answer.ok ? '' : text]).toEqual([path, 200, '']);
  return JSON.parse(text) as T;
}

describeInBrowser('energy and cost', () => {
  it.each(PLACES.flatMap((place) => [[place, 'light', WIDE] as const, [place, 'dark', TALL] as const]))(
    '%s is accessible, %s at %j',
    async (place, colorScheme, viewport) => {
      const page = await portal.openSignedIn(place, { colorScheme, viewport });
      await page.getByRole('heading', { name: 'Energy & cost', level: 1 }).waitFor();
      await page.locator('om-panel [role=status]').first().waitFor({ state: 'detached' });
      expect(await accessibilityProblems(page)).toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
    },
  );

  it('says where the electricity went, and it adds up to the meter', async () => {
    const page = await portal.openSignedIn('/energy');
    await page.getByRole('button', { name: 'All', exact: true }).click();
    await page.waitForURL('**/energy?period=all');
    const split = page.getByRole('region', { name: 'Where the electricity went' });
    await split.getByText('Metered').waitFor();
    await split.getByRole('button', { name: 'Where the electricity went: show as table' }).click();
    const { total } = await api<EnergyOverview>(
      '/api/energy/overview?period=all&timezone=America/Los_Angeles',
    );
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      split.getByRole('button', { name: 'Where the electricity went: save as CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('where-the-electricity-went.csv');
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\r\n');
    const wh = lines.map((line) => Number(line.split(',')[2]));
    expect(lines.map((line) => line.split(',')[0])).toEqual([
      'For',
      'Requests',
      'Loading models',
      'Other',
      'Idle',
      'Metered',
    ]);
    expect(wh.slice(1, 5).reduce((sum, one) => sum + one, 0)).toBeCloseTo(wh[5]!, 5);
    expect(wh[5]).toBeGreaterThanOrEqual(total.energyWh * 0.99);
    await split.getByRole('button', { name: 'Above idle' }).click();
    await split.getByText('the same total').waitFor();
  });

  it('gives its chart to the keyboard and as a table', async () => {
    const page = await portal.openSignedIn('/energy?period=week');
    const chart = page.getByRole('img', { name: /^Cost by (hour|day), by what it was for: highest/ });
    await chart.focus();
    await page.keyboard.press('End');
    await page
      .getByText(/: (Requests|Idle) (\$|none)/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Energy', exact: true }).click();
    await page.getByRole('img', { name: /^Energy by (hour|day)/ }).waitFor();
    await page.getByRole('button', { name: /^Energy by (hour|day): show as table/ }).click();
    await page.getByRole('group', { name: /^Energy by (hour|day), table/ }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it('ranks models by what a million tokens cost, and compares with hosted prices', async () => {
    const page = await portal.openSignedIn('/energy?period=all');
    const models = page.getByRole('region', { name: 'Models' });
    await models.getByRole('link', { name: 'qwen3:32b' }).waitFor();
    await models.getByRole('columnheader', { name: 'Wh per M tokens' }).waitFor();
    const hosted = page.getByRole('region', { name: 'The same traffic, hosted' });
    const few = await hosted.locator('tbody tr').count();
    await hosted.getByRole('button', { name: /^All \d+ offers$/ }).click();
    await hosted.locator('tbody tr').nth(few).waitFor();
    await hosted.getByText('What is compared').click();
    await hosted.getByText('API list price minus electricity').waitFor();
    const idle = page.getByRole('region', { name: 'Idle and keeping warm' });
    await idle.getByRole('rowheader', { name: /^-1/ }).waitFor();
  });

  it('keeps an error in its panel, and tries again', async () => {
    portal.expectComplaint(/\/api\/energy\/models.*500/);
    const page = await portal.open();
    await portal.signIn(page);
    const broken = /\/api\/energy\/models\?/;
    await page.route(broken, (route) =>
      route.fulfill({
        status: 500,
        json: { type: 'about:blank', title: 'Broken', status: 500, detail: 'No disk.' },
      }),
    );
    await page.goto('/energy');
    const models = page.getByRole('region', { name: 'Models' });
    await models.getByText('Could not load the models').waitFor();
    await page.getByRole('region', { name: 'Where the electricity went' }).getByText('Metered').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    // By the keyboard, which waits for nothing: in the meantime the panel may well have mended itself.
    await models.getByRole('button', { name: 'Try again' }).focus();
    await page.unroute(broken);
    await page.keyboard.press('Enter');
    await models.getByRole('table').or(models.getByText('No model ran')).first().waitFor();
  });

  it('keeps the old figures while the gateway is away', async () => {
    portal.expectComplaint(/ERR_INTERNET_DISCONNECTED/);
    const page = await portal.open();
    await page.clock.install();
    await portal.signIn(page);
    await page.goto('/energy');
    const split = page.getByRole('region', { name: 'Where the electricity went' });
    await split.getByText('Metered').waitFor();
    await page.context().setOffline(true);
    await page.clock.fastForward(REFRESH_MS);
    await page.getByText('The gateway has not answered since').waitFor();
    await split.getByText('Metered').waitFor();
    await page.context().setOffline(false);
  });
});

describeInBrowser('energy and cost by role', () => {
  it('gives a viewer the figures and nothing to change', async () => {
    const page = await portal.openAs('viewer', '/energy/tariff');
    await page.getByText('$0.383/kWh at every hour of every day.').waitFor();
    expect(await page.getByRole('button', { name: /New tariff|More for/ }).count()).toBe(0);
    await page.goto('/energy/meters');
    await page.getByRole('row', { name: /^POWER_WATTS/ }).waitFor();
    expect(await page.getByRole('button', { name: /Add meter|Detect|More for/ }).count()).toBe(0);
  });

  it('is not there for a member, whose overview asks for no price', async () => {
    const page = await portal.openAs('member', '/energy');
    await page.getByText('Energy & cost is not open to your role').waitFor();
    await page.goto('/overview');
    await page.getByRole('img', { name: /Requests and cost/ }).waitFor();
    expect(await page.getByRole('link', { name: 'Energy & cost' }).count()).toBe(0);
  });
});

describeInBrowser('the tariff', () => {
  it('says in words what is in force', async () => {
    const page = await portal.openSignedIn('/energy/tariff');
    const now = page.getByRole('region', { name: 'Tariff in force' });
    await now.getByText('$0.383/kWh at every hour of every day.').waitFor();
    await page.getByRole('img', { name: /^Prices of the week: Flat 38\.3¢/ }).waitFor();
  });

  it('is written from a preset, kept for comparison, compared, edited and deleted', async () => {
    const page = await portal.openSignedIn('/energy/tariff');
    await page.getByRole('button', { name: 'New tariff' }).click();
    await page.getByRole('link', { name: 'SDG&E EV-TOU-5' }).click();
    await page.waitForURL('**/energy/tariff/new?preset=sdge-ev-tou-5');
    await page.getByLabel('Name', { exact: true }).fill('My car tariff');
    await page.getByLabel('winter, on-peak, price per kWh').fill('0.9');
    await page.getByRole('region', { name: 'Preview' }).getByText('On-peak 90¢').waitFor();
    await page.getByLabel('Never: only for comparison').check();
    await page.getByRole('button', { name: 'Save tariff' }).click();
    await page.waitForURL('**/energy/tariff');
    const row = page.getByRole('row', { name: /^My car tariff by time of use/ });
    await row.getByText('For comparison').waitFor();

    const whatIf = page.getByRole('region', { name: 'What if' });
    await whatIf.getByRole('rowheader', { name: 'My car tariff' }).waitFor();

    await row.getByRole('button', { name: 'More for My car tariff' }).click();
    await row.getByRole('link', { name: 'Edit' }).click();
    await page.getByLabel('Name', { exact: true }).fill('My old car tariff');
    await page.getByRole('button', { name: 'Save tariff' }).click();
    await page.waitForURL('**/energy/tariff');
    const { items } = await api<TariffList>('/api/tariffs');
    const saved = items.find(({ name }) => name === 'My old car tariff')!;
    expect(saved).toMatchObject({ state: 'draft', fixedMicrosPerDay: 793_430 });
    expect(saved.plan).toMatchObject({ seasons: [{}, { rateMicrosPerKwh: { 'on-peak': 900_000 } }] });

    await page.getByRole('button', { name: 'More for My old car tariff' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete tariff' }).click();
    await page.getByText('My old car tariff is deleted.').waitFor();
    await page
      .getByRole('row', { name: /^My old car tariff/ })
      .first()
      .waitFor({ state: 'detached' });
  });

  it('says what is wrong, at the field', async () => {
    portal.expectComplaint(/\/api\/tariffs .*400/);
    const page = await portal.openSignedIn('/energy/tariff/new');
    await page.getByRole('button', { name: 'Save tariff' }).click();
    await page.getByText('A name is needed.').waitFor();
    await page.getByText('A number is needed, such as 0.383.').waitFor();
    await page.getByText('2 fields need another look.').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByLabel('Name', { exact: true }).fill('Odd hours');
    await page.getByRole('button', { name: 'By time of use' }).click();
    await page.getByLabel('all year, on-peak, price per kWh').fill('0.5');
    await page.getByLabel('all year, off-peak, price per kWh').fill('0.2');
    await page.getByRole('group', { name: 'Window 1' }).getByLabel('From').fill('22:00');
    await page.getByRole('button', { name: 'Save tariff' }).click();
    await page.getByRole('group', { name: 'Window 1' }).getByRole('alert').waitFor();
    await page.getByRole('group', { name: 'Window 1' }).getByLabel('From').fill('17:00');
    await page.getByLabel('Later').check();
    await page.getByLabel('Begins', { exact: true }).fill('2099-01-01T00:00');
    await page.getByRole('button', { name: 'Save tariff' }).click();
    await page
      .getByRole('row', { name: /^Odd hours/ })
      .getByText('Scheduled')
      .waitFor();
  });

  it('takes the prices of a dynamic one from a text', async () => {
    portal.expectComplaint(/\/api\/tariffs\/\d+\/prices .*400/);
    const page = await portal.openSignedIn('/energy/tariff/new');
    await page.getByLabel('Name', { exact: true }).fill('By the hour');
    await page.getByRole('button', { name: 'Dynamic' }).click();
    await page.getByLabel('Where no price is known, per kWh').fill('0.3');
    await page.getByLabel('Never: only for comparison').check();
    await page.getByRole('button', { name: 'Save tariff' }).click();
    const row = page.getByRole('row', { name: /^By the hour/ });
    await row.getByRole('button', { name: 'More for By the hour' }).click();
    await row.getByRole('button', { name: 'Import prices' }).click();
    const dialog = page.getByRole('dialog', { name: 'Import prices of By the hour' });
    expect(await accessibilityProblems(page)).toEqual([]);
    await dialog.getByLabel('Prices', { exact: true }).fill('nonsense');
    await dialog.getByRole('button', { name: 'Import' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog
      .getByLabel('Prices', { exact: true })
      .fill(
        'from,to,price\n2099-01-01T00:00:00Z,2099-01-01T01:00:00Z,92.5\n2099-01-01T01:00:00Z,2099-01-01T02:00:00Z,-5',
      );
    await dialog.getByLabel('One unit is').selectOption({ label: 'USD per MWh' });
    await dialog.getByRole('button', { name: 'Import' }).click();
    await row.getByText('2 known').waitFor();
  });

  it('says on every page that its prices could not be fetched', async () => {
    const send = (path: string, body: object) =>
      portal.rig.admin(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const made = await send('/api/tariffs', {
      name: 'From a dead address',
      currency: 'USD',
      plan: {
        kind: 'dynamic',
        stepMinutes: 60,
        fallbackRateMicrosPerKwh: 300_000,
        priceUrl: 'http://127.0.0.1:9/prices',
      },
      validFrom: '2099-01-01T00:00:00Z',
    });
    const { id } = (await made.json()) as TariffList['items'][number];
    expect((await send(`/api/tariffs/${id}/prices/fetch`, {})).status).toBe(400);
    const page = await portal.openSignedIn('/energy');
    await page
      .getByText(
        /^Prices of From a dead address could not be fetched \(never yet\): refuses the connection: nothing listens there\. Tried again at /,
      )
      .waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await portal.rig.admin(`/api/tariffs/${id}`, { method: 'DELETE' });
  });
});

describeInBrowser('a rate of the US rate database', () => {
  const hours = (...runs: [period: number, hours: number][]) =>
    runs.flatMap(([period, count]) => new Array<number>(count).fill(period));
  const allYear = (day: number[]) => new Array<number[]>(12).fill(day);
  const rate = (name: string, peak: number) => ({
    label: '539f6a23ec4f024411ec8bf9',
    utility: 'Prairie Power',
    name,
    startdate: 1_767_225_600,
    energyratestructure: [[{ rate: 0.12 }], [{ rate: peak }]],
    energyweekdayschedule: allYear(hours([0, 16], [1, 5], [0, 3])),
    energyweekendschedule: allYear(hours([0, 24])),
    fixedchargefirstmeter: 0.5,
    fixedchargeunits: '$/day',
  });

  it('is looked at as a week, then fills the form, and says what it left out', async () => {
    portal.expectComplaint(/\/api\/tariffs\/import\/urdb .*400/);
    const page = await portal.openSignedIn('/energy/tariff');
    await page.getByRole('button', { name: 'New tariff' }).click();
    await page.getByRole('link', { name: 'From the US rate database (URDB)' }).click();
    const dialog = page.getByRole('dialog', { name: 'Import a rate from URDB' });
    const text = dialog.getByLabel('Rate as JSON');
    const broken = { ...rate('Broken', 0.4), energyweekdayschedule: [[0]] };
    await text.fill(JSON.stringify(broken));
    await dialog.getByRole('button', { name: 'Read' }).click();
    await dialog
      .getByRole('alert')
      .getByText('energyweekdayschedule: must be 12 rows of 24 periods below 2')
      .waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);

    await dialog.getByLabel('File').setInputFiles({
      name: 'rates.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify({ items: [rate('Home', 0.4), rate('Farm', 0.9)] })),
    });
    await dialog.getByRole('img', { name: /^Prices of the week: Period 1 12¢, Period 2 40¢/ }).waitFor();
    await dialog.getByLabel('2 rates').selectOption({ index: 1 });
    await dialog.getByRole('img', { name: /^Prices of the week: Period 1 12¢, Period 2 90¢/ }).waitFor();
    await dialog.getByText(/know whole hours and months and no holidays/).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Use this rate' }).click();

    await page.getByText(/know whole hours and months and no holidays/).waitFor();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Prairie Power: Farm');
    await page.getByLabel('Never: only for comparison').check();
    await page.getByRole('button', { name: 'Save tariff' }).click();
    await page.getByRole('row', { name: /^Prairie Power: Farm by time/ }).waitFor();
    const { items } = await api<TariffList>('/api/tariffs');
    expect(items.find(({ name }) => name === 'Prairie Power: Farm')).toMatchObject({
      state: 'draft',
      fixedMicrosPerDay: 500_000,
      sourceDate: '2026-01-01',
      plan: {
        kind: 'time_of_use',
        seasons: [{ rateMicrosPerKwh: { 'period 1': 120_000, 'period 2': 900_000 } }],
      },
    });
  });
});

describeInBrowser('the meters', () => {
  let plug: FakeDevice;
  beforeAll(async () => {
    plug = await FakeDevice.start(() => ({ body: shellyStatus(123.4, 5_000) }));
  });
  afterAll(() => plug.stop());

  it('are tested, added, read live, marked when they are silent, and removed', async () => {
    const page = await portal.openSignedIn('/energy/meters');
    await page
      .getByRole('row', { name: /^POWER_WATTS/ })
      .getByText('environment')
      .waitFor();
    await page.getByRole('button', { name: 'Add meter' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a meter' });
    expect(await accessibilityProblems(page)).toEqual([]);
    await dialog.getByLabel('Address').fill('http://127.0.0.1:9');
    await dialog.getByRole('button', { name: 'Test' }).click();
    await dialog.locator('.note.bad').waitFor();
    await dialog.getByLabel('Address').fill(plug.url);
    await dialog.getByRole('button', { name: 'Test' }).click();
    await dialog.getByText(/123\.4 W/).waitFor();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('A name is needed.').waitFor();
    await dialog.getByLabel('Name').fill('Desk plug');
    await dialog.getByRole('button', { name: 'Save' }).click();

    const row = page.getByRole('row', { name: /^Desk plug/ });
    await row.getByText('123 W').waitFor();
    await row.getByText('Measured', { exact: true }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    plug.answer = () => ({ status: 500, body: 'overheated' });
    await row.getByText('Silent').waitFor();
    await row.getByText('80 W stand in, 12 W idle').waitFor();
    await page
      .getByText(/Desk plug: No reading for \d+ s: answers 500\. The constant stands in\. Meters$/)
      .waitFor();

    await row.getByRole('button', { name: 'More for Desk plug' }).click();
    await row.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove meter' }).click();
    await row.waitFor({ state: 'detached' });
    const { items } = await api<MeterList>('/api/meters');
    expect(items.map(({ origin }) => origin)).toEqual(['environment']);
  });

  it('are looked for on the machine', async () => {
    const page = await portal.openSignedIn('/energy/meters');
    await page.getByRole('button', { name: 'Detect' }).click();
    await page
      .getByRole('region', { name: 'Detected' })
      .getByText(/nvidia-smi|NVIDIA/)
      .first()
      .waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});

describeInBrowser('a statement', () => {
  it('adds up to the meter, is of everybody, a person or a key, and can be printed', async () => {
    // A day ago: on the first of a month the history is still of the month before.
    const month = new Date(Date.now() - 86_400_000)
      .toLocaleDateString('en-CA', { timeZone: 'America/Los_Angeles' })
      .slice(0, 7);
    const page = await portal.openSignedIn(`/energy/statements?month=${month}`, { colorScheme: 'dark' });
    const statement = await api<EnergyStatement>(
      `/api/energy/statement?month=${month}&timezone=America/Los_Angeles`,
    );
    const sheet = page.getByRole('article', { name: /^Electricity of/ });
    await sheet.getByRole('row', { name: /^Metered/ }).waitFor();
    for (const { keyName } of statement.lines)
      await sheet.getByRole('rowheader', { name: keyName }).waitFor();
    await page.getByRole('button', { name: 'By person' }).click();
    await page.waitForURL('**/energy/statements?*by=person');
    await sheet.getByRole('rowheader', { name: 'Keys of nobody' }).waitFor();
    await page.getByRole('button', { name: 'By key' }).click();
    await page.getByRole('combobox', { name: 'Of' }).selectOption({ label: 'support-bot' });
    await page.getByRole('article', { name: /^Electricity of support-bot/ }).waitFor();
    expect(await sheet.locator('tbody tr').count()).toBe(1);
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('button', { name: 'Print' }).isVisible()).toBe(false);
    expect(await page.locator('nav').first().isVisible()).toBe(false);
    const paper = await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
    expect(paper).toBe('light');
    for (const format of ['A4', 'Letter']) {
      const pdf = await page.pdf({ format });
      expect(pdf.toString('latin1').match(/\/Type ?\/Page\b/g)).toHaveLength(1);
    }
    await sheet.waitFor();
  });
});

describeInBrowser('a request', () => {
  it('shows its slices, which sum to it', async () => {
    const { items } = await api<LogPage>('/api/logs?model=qwen3:32b');
    const energy = await api<RequestEnergy>(`/api/logs/${items[0]!.id}/energy`);
    const page = await portal.openSignedIn(`/logs/${items[0]!.id}`);
    const slices = page.getByRole('group', { name: 'Slices, table' });
    await slices.getByText('Sums to the request').waitFor();
    expect(await slices.locator('tbody tr').count()).toBe(energy.slices.length);
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});
