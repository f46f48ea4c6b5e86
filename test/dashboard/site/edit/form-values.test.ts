import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { durationText, parseDurationText } from "../../../../dashboard/src/design/duration-text.ts";
import { definitionOf, emptyForm, formValuesOf } from "../../../../dashboard/src/site/edit/form-values.ts";
import { errorsByField } from "../../../../dashboard/src/site/edit/server-errors.ts";

const definition = {
  url: "https://shop.example.org/",
  name: "Shop",
  regexp: "Add to cart",
  intervalMs: 90_000,
  timeoutMs: 10_000,
  enabled: true,
  tags: ["production", "shop"],
  incident: { after: 3, quorum: "majority" as const },
  dependsOn: null,
  options: {
    expectedStatus: "200-299",
    headers: { Accept: "text/html", Authorization: "***" },
    retries: 0,
    authentication: { type: "bearer" as const, token: "***" },
    json: [{ path: "$.ok", equals: true }],
  },
};

describe("the form of a site", () => {
  test("saves what it was given when nothing is changed, with options that it has no field for", () => {
    const saved = definitionOf(formValuesOf(definition));
    expect(saved.errors).toEqual({});
    const { enabled: _, ...settings } = definition;
    expect(saved.definition).toEqual(settings);
  });

  test("names the fields that it cannot read", () => {
    const { errors } = definitionOf({
      ...emptyForm,
      interval: "often",
      retries: "many",
      headers: "no colon here",
      otherOptions: "[1]",
    });
    expect(errors).toEqual({
      interval: "duration",
      retries: "number",
      headers: "headers",
      otherOptions: "json",
    });
  });

  test("shows each message of the server at the field it is about, and loses none", () => {
    const { byField, others } = errorsByField([
      { field: "options.headers.X Y", message: "must be a header name" },
      { field: "tags[1]", message: "is too long" },
      { field: "options.proxy", message: "must be an http:// URL" },
      { field: "", message: "is not a site" },
    ]);
    expect(byField).toEqual({
      headers: "must be a header name",
      tags: "is too long",
      otherOptions: "proxy must be an http:// URL",
    });
    expect(others).toEqual(["is not a site"]);
  });
});

describe("durations", () => {
  test("are read back as they are written", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 864_000_000 }), (durationMs) => {
        expect(parseDurationText(durationText(durationMs))).toBe(durationMs);
      }),
    );
  });

  test.each(["", "30", "5 minutes", "1h30", "m", "-5s", "1h, 5m"])("%j is none", (text) => {
    expect(parseDurationText(text)).toBeNull();
  });
});
