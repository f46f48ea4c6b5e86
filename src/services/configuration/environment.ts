/** Reads settings from environment variables, including secrets from files. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "../../contract/errors.ts";
import { environmentVariables, fileVariableOf } from "../../contract/settings/environment-variables.ts";

export interface EnvironmentSetting {
  /** Dotted path in the configuration. */
  readonly setting: string;
  readonly value: string;
  /** The variable that set the value. */
  readonly variable: string;
}

/**
 * Returns one setting per variable that is set and not blank; later ones take precedence. `NAME_FILE` names a file that
 * contains the secret of `NAME`, as container platforms mount it. Throws `UsageError` when both are set, or when the file
 * cannot be read.
 */
export function environmentSettings(
  environment: NodeJS.ProcessEnv,
  workingDirectory: string,
): readonly EnvironmentSetting[] {
  return environmentVariables.toReversed().flatMap((variable) => {
    const { name, setting } = variable;
    const value = textOf(environment, name);
    const fileVariable = fileVariableOf(variable);
    const file = fileVariable === null ? null : textOf(environment, fileVariable);
    if (file === null || fileVariable === null) {
      return value === null ? [] : [{ setting, value, variable: name }];
    }
    if (value !== null) throw new UsageError(`${name} and ${fileVariable} are both set: set one of them`);
    const secret = readSecret(fileVariable, file, workingDirectory);
    return [{ setting, value: secret, variable: fileVariable }];
  });
}

function textOf(environment: NodeJS.ProcessEnv, name: string): string | null {
  const value = environment[name];
  return value === undefined || value.trim() === "" ? null : value;
}

/** Reads a secret without the line break that editors add at the end. */
function readSecret(variable: string, file: string, workingDirectory: string): string {
  let text: string;
  try {
    text = readFileSync(resolve(workingDirectory, file), "utf8");
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new UsageError(`${variable}: the file ${file} cannot be read (${reason})`);
  }
  const secret = text.replace(/\r?\n$/, "");
  if (secret === "") throw new UsageError(`${variable}: the file ${file} is empty`);
  return secret;
}
