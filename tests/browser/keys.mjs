// Somebody who uses the keyboard alone, and the clipboard.

import assert from "node:assert/strict";

/** Presses Tab until the focus has arrived; wherever it stops on the way, it can be seen. */
export async function tabTo(page, goal, { within = 60 } = {}) {
  await goal.waitFor();
  for (let stops = 0; stops < within; stops += 1) {
    await page.keyboard.press("Tab");
    await assertVisibleFocus(page);
    if (await isFocused(goal)) return;
  }
  assert.fail(`Tab does not reach ${goal} within ${within} stops`);
}

/** Whether this has the focus. */
export const isFocused = (locator) => locator.evaluate((element) => element === document.activeElement);

/** Asserts that whatever has the focus is in the window, with a ring around it. */
export async function assertVisibleFocus(page) {
  const focus = await page.evaluate(() => {
    const element = document.activeElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const { top, bottom, left, right } = element.getBoundingClientRect();
    const seen = bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
    return { name: element.outerHTML.slice(0, 120), outlineStyle, width: parseFloat(outlineWidth), seen, none: element === document.body };
  });
  if (focus.none) return;
  assert.ok(focus.seen, `the focus is out of sight at ${focus.name}`);
  assert.ok(focus.outlineStyle !== "none" && focus.width >= 2, `no ring around ${focus.name}`);
}

/** Presses the button or follows the link on which the focus is, once it has arrived there. */
export async function press(page, goal, options) {
  await tabTo(page, goal, options);
  await page.keyboard.press("Enter");
}

/** Copies a text somewhere else, and pastes it into a field: with the keys that people press, through the real clipboard. */
export async function paste(page, field, text) {
  const slip = await page.context().newPage();
  await slip.goto("data:text/html,<title>Slip</title><textarea></textarea>");
  await slip.locator("textarea").fill(text);
  await slip.keyboard.press("Control+A");
  await slip.keyboard.press("Control+C");
  await slip.close();
  await page.bringToFront();
  await field.fill("");
  await field.focus();
  await page.keyboard.press("Control+V");
  const pasted = await field.inputValue();
  assert.equal(pasted, text, "the field holds what was pasted, as it came");
}
