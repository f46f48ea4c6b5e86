// Where downloads survive between runs: SITEWIRE_CACHE, else .cache/ in the repository, which git ignores.
import path from "node:path";

export const cacheFolder = path.resolve(
  process.env.SITEWIRE_CACHE ?? path.join(import.meta.dirname, "..", "..", ".cache"),
);
