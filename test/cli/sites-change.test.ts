// Sites shown and changed on the command line, one by one and by their tag.
import { expect, onTestFinished, test } from "vitest";
import { sharedPostgres } from "../harness/shared.ts";
import { startSitewire } from "../harness/sitewire.ts";
import { removeFolder, temporaryFolder } from "../harness/temporary-folder.ts";

test("sites are paused, tagged and retimed by name or tag, and shown as YAML without their secrets", async () => {
  const created = await sharedPostgres().createDatabase();
  const folder = await temporaryFolder("sites-change");
  onTestFinished(async () => {
    await removeFolder(folder);
    await created.drop();
  });
  const environment = { DATABASE_URL: created.url, LOG_LEVEL: "warn" };
  const sitewire = (...args: string[]) => startSitewire(args, { folder, environment }).ended;
  await sitewire("migrate");
  await sitewire(
    "sites",
    "add",
    "https://a.example/",
    "--name",
    "shop",
    "--header",
    "X-Api-Key: shop-secret",
  );
  await sitewire("sites", "add", "https://b.example/", "--name", "blog");
  expect(await sitewire("sites", "change", "shop", "--add-tag", "eu", "--every", "2m")).toMatchObject({
    code: 0,
    stdout: "changed 1 site",
  });
  await sitewire("sites", "change", "--tag", "eu", "--pause");
  const { stdout } = await sitewire("sites", "show", "shop");
  expect(stdout).toContain("every: 2m\n  enabled: false\n  tags:\n    - eu");
  expect(stdout).not.toContain("shop-secret");
  expect((await sitewire("sites", "list", "--enabled")).stdout).toContain("blog");
  expect(await sitewire("sites", "change", "shop")).toMatchObject({ code: 2 });
  expect(await sitewire("sites", "change", "nobody", "--pause")).toMatchObject({ code: 1 });
});
