/**
 * The step of action.yml: runs `sitewire check`, shows the results in the job's summary and annotates what is not up.
 * Exit 0 all up (or `fail-on-down` is false), 1 any down or the check failed, 2 wrong inputs.
 */
import { spawnSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import path from "node:path";
import { annotationsOf, errorAnnotation, readResults, summaryOf } from "./report.ts";

const PROGRAM = path.join(import.meta.dirname, "..", "..", "src", "cli", "main.ts");
const LARGEST_OUTPUT_BYTES = 64 * 1024 * 1024;

process.exitCode = main(process.env);

function main(environment: NodeJS.ProcessEnv): number {
  const publish = flagOf(environment, "publish");
  const failOnDown = flagOf(environment, "fail-on-down");
  if (publish === null || failOnDown === null) return 2;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [PROGRAM, "check", "--json", ...(publish ? ["--publish"] : []), ...checkArguments(environment)],
    { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: LARGEST_OUTPUT_BYTES },
  );
  process.stderr.write(stderr);
  const results = readResults(stdout);
  // Without a result nothing was checked, or nothing was published: that fails the job whatever is asked of it.
  if (results.length === 0) {
    print(errorAnnotation("Sitewire could not check", stderr.trim() || "no site is named"));
    return status === 0 || status === null ? 1 : status;
  }
  append(environment.GITHUB_STEP_SUMMARY, summaryOf(results, { published: publish }));
  const down = results.filter(({ verdict }) => verdict === "down").length;
  append(environment.GITHUB_OUTPUT, `down=${down}\n`);
  for (const annotation of annotationsOf(results)) print(annotation);
  return down > 0 && failOnDown ? 1 : 0;
}

function checkArguments(environment: NodeJS.ProcessEnv): readonly string[] {
  const regexp = environment.INPUT_REGEXP ?? "";
  const every = environment.INPUT_EVERY?.trim() ?? "";
  const sites = (environment.INPUT_SITES ?? "").split(/\s+/).filter((site) => site !== "");
  return [
    ...(regexp === "" ? [] : [`--regexp=${regexp}`]),
    ...(every === "" ? [] : [`--every=${every}`]),
    "--",
    ...sites,
  ];
}

/** Null, after saying so, for what is neither true nor false. */
function flagOf(environment: NodeJS.ProcessEnv, input: string): boolean | null {
  const value = environment[`INPUT_${input.toUpperCase().replaceAll("-", "_")}`]?.trim();
  if (value === "true" || value === "false") return value === "true";
  print(errorAnnotation("Sitewire", `the input ${input} is "${value ?? ""}": must be true or false`));
  return null;
}

function append(file: string | undefined, text: string): void {
  if (file !== undefined && file !== "") appendFileSync(file, text);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
