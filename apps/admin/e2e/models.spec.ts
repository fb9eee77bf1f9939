import { describeInBrowser } from './support/chromium';
import { API_KEY } from '../../api/test/support/gateway-rig';
import { LOOKS, Portal, accessibilityProblems, overflow } from './support/portal';

const MANY = 150;

describeInBrowser('the models', () => {
  let portal: Portal;
  beforeAll(async () => {
    portal = await Portal.start({ ollama: { tokenDelayMs: 1 } });
    await portal.rig.post('/v1/chat/completions', { messages: [{ role: 'user', content: 'Hello' }] });
  }, 60_000);
  afterEach(async () => expect(await portal.closePages()).toEqual([]));
  afterAll(() => portal.stop());

  it.each(LOOKS)('are listed, accessible, %s at %j', async (colorScheme, viewport) => {
    const page = await portal.openSignedIn('/models', { colorScheme, viewport });
    await page
      .getByRole('row', { name: /llama3\.1:8b/ })
      .getByText('default')
      .waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  });

  it('are pulled with a progress bar', async () => {
    const page = await portal.openSignedIn('/models');
    await page.getByRole('button', { name: 'Pull model' }).click();
    const dialog = page.getByRole('dialog', { name: 'Pull a model' });
    expect(await accessibilityProblems(page)).toEqual([]);
    await dialog.getByLabel('Name').fill('mistral:7b');
    await dialog.getByRole('button', { name: 'Pull' }).click();
    await page.getByRole('progressbar', { name: 'Progress of mistral:7b' }).waitFor();
    await page.getByText(/of 4\.\d+\sGB, \d+/).waitFor();
    await page.getByText('Ready to use').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('row', { name: /mistral:7b/ }).waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
  });

  it('say what went wrong with a pull', async () => {
    const page = await portal.openSignedIn('/models');
    await page.getByRole('button', { name: 'Pull model' }).click();
    await page.getByLabel('Name').fill('missing:1b');
    await page.keyboard.press('Enter');
    await page.getByText(/file does not exist/).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it('are loaded, unloaded and deleted', async () => {
    const page = await portal.openSignedIn('/models');
    const menu = () => page.getByRole('button', { name: 'More for gemma3:4b' }).click();
    await menu();
    await page.getByRole('button', { name: 'Load', exact: true }).click();
    await page.getByText('gemma3:4b is in memory.').waitFor();
    await menu();
    await page.getByRole('button', { name: 'Unload' }).click();
    await page.getByText('gemma3:4b is unloaded.').waitFor();
    await menu();
    await page.getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete gemma3:4b?' });
    expect(await accessibilityProblems(page)).toEqual([]);
    await dialog.getByLabel('Type gemma3:4b to go on').fill('gemma3:4b');
    await dialog.getByRole('button', { name: 'Delete model' }).click();
    await page.getByText('gemma3:4b is deleted.').waitFor();
    await page.getByRole('row', { name: /gemma3:4b/ }).waitFor({ state: 'detached' });
    expect(portal.rig.ollama.catalogue.find('gemma3:4b')).toBeUndefined();
  });

  it('have a context and a keep-alive of their own', async () => {
    portal.expectComplaint(/\/settings .*400/);
    const page = await portal.openSignedIn('/models');
    await page.getByRole('button', { name: 'More for llama3.1:8b' }).click();
    await page.getByRole('button', { name: 'Context and keep-alive' }).click();
    const dialog = page.getByRole('dialog', { name: 'llama3.1:8b' });
    await dialog.getByLabel('Context, tokens').fill('16384');
    await dialog.getByLabel('Stays in memory').fill('a while');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByRole('alert').first().waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await dialog.getByLabel('Stays in memory').fill('1h');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('llama3.1:8b is saved.').waitFor();
    await page
      .getByRole('row', { name: /llama3\.1:8b/ })
      .getByText('16,384')
      .waitFor();
  });

  it('have other names', async () => {
    portal.expectComplaint(/\/aliases\/.* (400|409|422)/);
    const page = await portal.openSignedIn('/models');
    const aliases = page.getByRole('region', { name: 'Aliases' });
    await aliases.getByLabel('Alias').fill('gpt-4o');
    await aliases.getByLabel('Model').selectOption('llama3.1:8b');
    await aliases.getByRole('button', { name: 'Add alias' }).click();
    await aliases.getByRole('button', { name: 'Remove gpt-4o' }).waitFor();
    const answer = await portal.rig.openai().chat.completions.create({
      model: 'gpt-4o',
      messages: [{ role: 'user', content: 'Hello' }],
    });
    expect(answer.choices[0]?.message.content).not.toBe('');
    await aliases.getByLabel('Alias').fill('llama3.1:8b');
    await aliases.getByRole('button', { name: 'Add alias' }).click();
    await aliases.getByRole('alert').first().waitFor();
    await aliases.getByRole('button', { name: 'Remove gpt-4o' }).click();
    await aliases.getByText('None yet.').waitFor();
  });

  it('can be looked at by a viewer; a member sees those of own keys', async () => {
    const viewer = await portal.openAs('viewer', '/models');
    await viewer.getByRole('row', { name: /llama3\.1:8b/ }).waitFor();
    expect(await viewer.getByRole('button', { name: /Pull|Add alias/ }).count()).toBe(0);
    const member = await portal.openAs('member', '/models');
    await member.getByText('No model for you yet').waitFor();
    expect(await accessibilityProblems(member)).toEqual([]);
  });

  it('keep their failure in its place', async () => {
    portal.expectComplaint(/\/api\/models.*500/);
    const page = await portal.open();
    await portal.signIn(page);
    await page.route('**/api/models', (route) =>
      route.fulfill({
        status: 500,
        json: { type: 'about:blank', title: 'Broken', status: 500, detail: 'The disk is gone.' },
      }),
    );
    await page.goto('/models');
    await page.getByText('Could not load models').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.unroute('**/api/models');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('row', { name: /llama3\.1:8b/ }).waitFor();
  });
});

describeInBrowser('the models of other hosts', () => {
  it('are asked for where there is none', async () => {
    const portal = await Portal.start({ ollama: { models: [] } });
    const page = await portal.openSignedIn('/models');
    await page.getByText('No model is installed').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.goto('/playground');
    await page.getByRole('option', { name: 'No model yet' }).waitFor({ state: 'attached' });
    await page.getByLabel('API key').fill(API_KEY);
    await page.getByText('No model yet.').waitFor();
    expect(await portal.closePages()).toEqual([]);
    await portal.stop();
  });

  it('are many, and the host goes away', async () => {
    const models = Array.from({ length: MANY }, (_, n) => ({ name: `family${n}:${n}b` }));
    const portal = await Portal.start({ ollama: { models } });
    const page = await portal.openSignedIn('/models');
    await page
      .locator('tbody tr')
      .nth(MANY - 1)
      .waitFor();
    await portal.rig.ollama.close();
    const away = await portal.openSignedIn('/models');
    await away.getByText(/does not answer; its models are as last seen/).waitFor();
    expect(await portal.closePages()).toEqual([]);
    await portal.stop();
  });
});
