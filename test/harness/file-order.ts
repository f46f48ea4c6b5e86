// The order in which vitest runs the test files. Its own order goes by file size where nothing is known of the files,
// as in a fresh clone, so that a long file may start last and run alone while the other workers have nothing to do.
import path from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take longest, the longest first. All others take less than 20 s. */
const longest = [
  "test/services/kafka/consuming/consumer-faults.test.ts",
  "test/chaos/chaos.test.ts",
  "test/services/kafka/publishing/publisher-faults.test.ts",
  "test/end-to-end/dead-mans-switch.test.ts",
  "test/end-to-end/kill-apps.test.ts",
  "test/dashboard/sites.test.ts",
  "test/services/kafka/connecting/connection-errors.test.ts",
  "test/services/postgres/oldest-version.test.ts",
  "test/end-to-end/package.test.ts",
  "test/end-to-end/pipeline.test.ts",
  "test/end-to-end/up.test.ts",
  "test/services/kafka/consuming/consumer.test.ts",
  "test/end-to-end/alerts.test.ts",
  "test/dashboard/first-site.test.ts",
  "test/dashboard/site.test.ts",
  "test/deploy/github-action.test.ts",
  "test/apps/processes/notifier.test.ts",
  "test/end-to-end/kill-embedded.test.ts",
  "test/services/probing/attempt/pauses.test.ts",
];

/** Long files, then files that use real servers, then containers (their images are made meanwhile), then short files. */
export default class FileOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const root = this.ctx.config.root;
    return sorted.toSorted((a, b) => rank(a, root) - rank(b, root));
  }
}

function rank({ moduleId, project }: TestSpecification, root: string): number {
  const index = longest.indexOf(path.relative(root, moduleId));
  if (index !== -1) return index;
  return longest.length + ["integration", "containers", "unit"].indexOf(project.name);
}
