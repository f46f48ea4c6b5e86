/** Reads settings from environment variables, including secrets from files. */
import { UsageError } from "../../contract/errors.ts";
import { environmentVariables, fileVariableOf } from "../../contract/settings/environment-variables.ts";
import { readSecretFile } from "./secret-file.ts";

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
    const secret = readSecretFile(fileVariable, file, workingDirectory);
    return [{ setting, value: secret, variable: fileVariable }];
  });
}

function textOf(environment: NodeJS.ProcessEnv, name: string): string | null {
  const value = environment[name];
  return value === undefined || value.trim() === "" ? null : value;
}
