/** The types of channels, each with the JSON Schema of its settings. */
import { z } from "zod";
import { channelSettingsSchema } from "../../../contract/alerting/channel-settings.ts";
import { isSecretField } from "../../../core/alerting/sending/channel-secrets.ts";

export interface ChannelType {
  readonly type: string;
  readonly description: string;
  readonly schema: Record<string, unknown>;
  /** Names of the secret fields. */
  readonly secrets: readonly string[];
}

export function channelTypes(): readonly ChannelType[] {
  return channelSettingsSchema.options.flatMap((option) => {
    const schema: Record<string, unknown> = z.toJSONSchema(option, { io: "input", unrepresentable: "any" });
    const secrets = Object.keys(option.shape).filter(isSecretField);
    const { type } = option.shape;
    const names = type instanceof z.ZodEnum ? type.options : [type.value];
    return names.map((name) => ({
      type: name,
      description: option.description ?? name,
      schema,
      secrets,
    }));
  });
}
