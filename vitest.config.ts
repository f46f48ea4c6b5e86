// Three projects: `unit` is pure or talks to servers of its own on loopback; `integration` runs real Kafka, PostgreSQL
// and processes; `containers` runs Sitewire's image on a Docker engine. The folder decides.
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import FileOrder from "./test/harness/file-order.ts";

export default defineConfig({
  test: {
    reporters: ["default", "./test/harness/closing-line-reporter.ts"],
    // More workers than cores: most of an integration test's time is waiting, for servers to start and bounds to pass.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: FileOrder },
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "test/{contract,core}/**/*.test.ts",
            "test/services/{probing,configuration,spill,searching,channels,process}/**/*.test.ts",
            "test/cli/unit/**/*.test.ts",
            // The dashboard's pure parts; what needs a browser lies in test/dashboard itself.
            "test/dashboard/*/**/*.test.ts",
          ],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: "integration",
          include: ["test/**/*.test.ts"],
          exclude: [
            "test/{contract,core}/**",
            "test/services/{probing,configuration,spill,searching,channels,process}/**",
            "test/cli/unit/**",
            "test/dashboard/*/**",
            "test/containers/**",
          ],
          globalSetup: "test/harness/global-setup.ts",
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "containers",
          include: ["test/containers/**/*.test.ts"],
          globalSetup: "test/containers/global-setup.ts",
          testTimeout: 120_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
});
