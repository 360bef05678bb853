// Pages in a real browser: axe-core without a finding, no request, no message; numbers open.
//
//   npm install axe-core playwright-core
//   NODE_PATH=node_modules node verification/page.js report.html [more.html ...]
//
// Four views: 1280 and 390 pixels wide, light and dark. Ends with 1 if anything is found.
"use strict";
const path = require("path");
const { chromium } = require("playwright-core");
const axe = require("fs").readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const views = [1280, 390].flatMap((width) => ["light", "dark"].map((scheme) => [width, scheme]));
let bad = 0;

function fault(text) {
  bad += 1;
  console.log("  " + text);
}

async function check(browser, file, width, scheme) {
  const context = await browser.newContext({
    viewport: { width, height: 900 }, colorScheme: scheme, bypassCSP: true, hasTouch: width < 500,
  });
  const page = await context.newPage();
  const address = "file://" + path.resolve(file);
  page.on("request", (r) => { if (r.url().split("#")[0] !== address) fault("asks for " + r.url()); });
  page.on("console", (m) => fault("console: " + m.text()));
  page.on("pageerror", (e) => fault("error: " + e.message));
  await page.goto(address);
  await page.evaluate(() => document.querySelectorAll("details").forEach((d) => { d.open = true; }));
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
  for (const one of found.violations)
    fault(`${one.impact} ${one.id}: ${one.nodes.length}, as ${one.nodes[0].html.slice(0, 160)}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  if (wide > width) fault(`the page is ${wide} pixels wide`);
  console.log(`${path.basename(file)} ${width} ${scheme}: ${found.violations.length} violations`);
  if (await page.locator("#panel").count()) await open(page, width);
  await context.close();
}

async function open(page, width) {
  const numbers = page.locator("a[data-row]:visible");
  const point = async (n) => {
    const box = await n.boundingBox();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    return width < 500 ? page.touchscreen.tap(x, y) : page.mouse.click(x, y);
  };
  const how = [["click", point], ["Enter", (n) => n.press("Enter")], ["space", (n) => n.press(" ")]];
  const total = await numbers.count();
  for (const [name, act] of how)
    for (const i of [0, Math.floor(total / 2), total - 1]) {
      const number = numbers.nth(i);
      const text = await number.textContent();
      await number.evaluate((n) => n.scrollIntoView({ block: "center" }));
      await act(number);
      const said = await page.locator("#panel-facts").innerText();
      if (!(await page.locator("#panel").isVisible())) fault(`${name} on ${text} opens nothing`);
      if (!said.includes(text.trim())) fault(`${name} on ${text}: the panel says ${said}`);
      await page.keyboard.press("Escape");
      if (await page.locator("#panel").isVisible()) fault("Escape does not close the panel");
    }
  console.log(`  of ${total} numbers the first, middle and last open by click or tap, Enter and space`);
}

(async () => {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"],
  });
  for (const file of process.argv.slice(2))
    for (const [width, scheme] of views) await check(browser, file, width, scheme);
  await browser.close();
  console.log(bad ? `${bad} faults` : "0 faults");
  process.exit(bad ? 1 : 0);
})();
