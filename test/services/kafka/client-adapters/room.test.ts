// What the client does not document is used in its own folder only. That no other file imports the client is a rule of
// .dependency-cruiser.json; members of its objects can be reached without an import, so they are looked for here.
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const ROOT = path.join(import.meta.dirname, "../../../../src");
const undocumented = [
  /\bkGetApi\b/,
  /\.isActive\(/,
  /\.lastHeartbeat\b/,
  /\.(memberId|generationId) = /,
  /\bapiId\b/,
  /\bcanRetry\b/,
  /\.needsRejoin\b|"needsRejoin"/,
  /\bserverErrorMessage\b/,
  /\bPLT_KFK_/,
  /of \w+(\.\w+|\.#\w+)*\.connections\b/,
  /connection\.send\b/,
  /["']client:broker:/,
  /["']consumer:(group|heartbeat):/,
  /\b\w+V\d+\.(api|createRequest|parseResponse)\b/,
];

test("nobody outside client-adapters uses what the Kafka client does not document", () => {
  const found = globSync("**/*.ts", { cwd: ROOT })
    .filter((file) => !file.startsWith(path.join("services", "kafka", "client-adapters")))
    .flatMap((file) =>
      readFileSync(path.join(ROOT, file), "utf8")
        .split("\n")
        .flatMap((line, index) =>
          undocumented.some((pattern) => pattern.test(line)) ? [`${file}:${index + 1}: ${line.trim()}`] : [],
        ),
    );
  expect(found).toEqual([]);
});
