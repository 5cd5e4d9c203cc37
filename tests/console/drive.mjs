// Drives GraphiQL in a real Chromium as a person would, and prints what the page then shows, as one line of JSON.
//
//   echo '{"url": …, "token": …}' | node drive.mjs
//
// Input, on stdin so that no token shows in the process table:
//   url          of the gateway
//   token        put in the URL's fragment; with `paste: true` typed into the page's form instead
//   role         optional, put in the fragment beside the token
//   query        pasted over the first tab; without it the tab's example runs as it is
//   switchRole   optional: chosen in the header afterwards, and the root fields are read once more
//   refused      true: wait for the form that says why the token was refused, and print that instead
//   screenshot   optional path, taken with the response and the schema explorer on the page
//   chromium     path of the browser
import { createRequire } from 'node:module';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const requireOfConsole = createRequire(new URL('../../console/package.json', import.meta.url));
const { chromium } = requireOfConsole('playwright-core');

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const RESPONSE = '.graphiql-response';
const ROOT_FIELDS = '.graphiql-doc-explorer-content .graphiql-doc-explorer-field-name';

const input = JSON.parse(await text(process.stdin));
const profile = await mkdtemp(join(tmpdir(), 'narthex-chromium-'));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: input.chromium,
  args: FLAGS,
  viewport: { width: 1400, height: 860 },
  permissions: ['clipboard-read', 'clipboard-write'],
});
try {
  console.log(JSON.stringify(await drive(browser.pages()[0] ?? (await browser.newPage()))));
} finally {
  await browser.close();
  await rm(profile, { recursive: true, force: true });
}

async function drive(page) {
  page.setDefaultTimeout(20_000);
  const trouble = watch(page);
  await enter(page);
  if (input.refused) return { ...(await readRefusal(page)), ...trouble };
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  const address = page.url();
  const tokenKept = await isTokenKept(page);
  const tabs = await page.locator('.graphiql-tab-button').allInnerTexts();
  if (input.query) await replaceQuery(page, input.query);
  const response = await run(page);
  const status = await page.locator('.narthex-reply').innerText();
  const subject = await page.getByTestId('subject').innerText();
  await page.getByRole('button', { name: /Documentation Explorer/ }).click();
  const rootFields = await readRootFields(page);
  if (input.screenshot) await page.screenshot({ path: input.screenshot });
  const switched = input.switchRole ? await switchRole(page) : null;
  return { address, tokenKept, tabs, response, status, subject, rootFields, switched, ...trouble };
}

/** What a person would see in the developer tools: refused content, errors, requests that leave the gateway. */
function watch(page) {
  const trouble = { consoleErrors: [], foreignRequests: [] };
  page.on('console', (message) => message.type() === 'error' && trouble.consoleErrors.push(message.text()));
  page.on('pageerror', (error) => trouble.consoleErrors.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(input.url)) trouble.foreignRequests.push(request.url());
  });
  return trouble;
}

async function enter(page) {
  if (input.paste) {
    await page.goto(`${input.url}/graphiql`);
    await page.getByLabel('Access token').fill(input.token);
    await page.getByRole('button', { name: 'Enter' }).click();
  } else {
    const fragment = new URLSearchParams({ token: input.token, ...(input.role && { role: input.role }) });
    await page.goto(`${input.url}/graphiql#${fragment}`);
  }
}

async function readRefusal(page) {
  // The editor has alerts of its own.
  const refusal = await page.locator('.narthex-refusal[role=alert]').innerText();
  await page.getByLabel('Access token').waitFor();
  return { refusal, address: page.url(), tokenKept: await isTokenKept(page) };
}

function isTokenKept(page) {
  return page.evaluate((token) => sessionStorage.getItem('narthex:token') === token, input.token);
}

async function replaceQuery(page, query) {
  await page.locator('.graphiql-query-editor .monaco-editor').first().click();
  await page.keyboard.press('ControlOrMeta+a');
  // Pasted, because the editor closes brackets by itself when they are typed.
  await page.evaluate((text) => navigator.clipboard.writeText(text), query);
  await page.keyboard.press('ControlOrMeta+v');
}

async function run(page) {
  await page.getByRole('button', { name: /Execute query/ }).click();
  await page.locator('.narthex-reply').waitFor();
  await page.locator(`${RESPONSE} .view-line`, { hasText: '{' }).first().waitFor();
  // Copied, because the editor keeps only the visible lines in the page.
  await page.locator(`${RESPONSE} .monaco-editor`).first().click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('ControlOrMeta+c');
  await page.keyboard.press('ControlOrMeta+Home');
  return page.evaluate(() => navigator.clipboard.readText());
}

async function readRootFields(page) {
  await page.locator('.graphiql-doc-explorer-content').getByText('query_root').first().click();
  await page.locator(ROOT_FIELDS).first().waitFor();
  return page.locator(ROOT_FIELDS).allInnerTexts();
}

/** The explorer drops the old role's schema at once and starts over with the new one's. */
async function switchRole(page) {
  await page.getByTestId('role').selectOption(input.switchRole);
  await page.locator(ROOT_FIELDS).first().waitFor({ state: 'detached' });
  return { role: await page.getByTestId('role').inputValue(), rootFields: await readRootFields(page) };
}
