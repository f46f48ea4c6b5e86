// Three projects: `unit` is pure or talks to servers of its own on loopback; `integration` runs real Kafka, PostgreSQL
// and processes; `containers` runs Sitewire's image on a Docker engine. The folder decides.
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    reporters: ["default", "./test/harness/closing-line-reporter.ts"],
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          name: "unit",
          sequence: { groupOrder: 0 },
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
          sequence: { groupOrder: 0 },
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
          // Last: its images are made while the others run.
          sequence: { groupOrder: 1 },
          include: ["test/containers/**/*.test.ts"],
          globalSetup: "test/containers/global-setup.ts",
          testTimeout: 120_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
});
