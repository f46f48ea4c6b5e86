// Once a run of the container tests: a Docker engine, the base images, and Sitewire's image. They are made while the
// other tests run; engine.ts waits for them.
import type { TestProject } from "vitest/node";
import { messageOf } from "../../src/contract/errors.ts";
import { ensureBaseImages } from "../harness/containers/base-images.ts";
import { type DockerEngine, startDockerEngine } from "../harness/containers/docker-engine.ts";
import { buildSitewireImage } from "../harness/containers/sitewire-image.ts";
import { ensureSystemPackages, type SystemPackageName } from "../harness/system-packages.ts";
import { removeFolder, temporaryFolder } from "../harness/temporary-folder.ts";
import { image, writeEngine } from "./engine.ts";

const needed: readonly SystemPackageName[] = [
  "dockerd",
  "docker",
  "dockerCompose",
  "debootstrap",
  "java",
  "maven",
];

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = await temporaryFolder("engine");
  project.provide("dockerEngineFolder", folder);
  // Awaited, so that no two setups install packages at once.
  const missing = await ensureSystemPackages(needed);
  const preparing = prepare(folder, [...missing.values()]);
  return async () => {
    await (await preparing)?.stop();
    await removeFolder(folder);
  };
}

async function prepare(folder: string, missing: readonly string[]): Promise<DockerEngine | undefined> {
  let engine: DockerEngine | undefined;
  try {
    if (missing.length > 0) throw new Error(missing.join("; "));
    engine = await startDockerEngine();
    await ensureBaseImages();
    await buildSitewireImage(image);
    await writeEngine(folder, { running: { host: engine.host } });
    return engine;
  } catch (error) {
    await engine?.stop();
    // The other projects' tests can run all the same; each test here fails with this line.
    await writeEngine(folder, { unavailable: `no container engine: ${messageOf(error)}` });
    return undefined;
  }
}
