import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/{contract,core,cli}/**/*.test.ts", "test/services/http/**/*.test.ts"],
          testTimeout: 20_000,
        },
      },
    ],
  },
});
