/** Which tables and columns of ours better-auth's models are (migrations/0006_accounts.sql). */
const times = { createdAt: "created_at", updatedAt: "updated_at" };

export const PEOPLE = {
  modelName: "people",
  fields: { emailVerified: "email_verified", ...times },
};

export const SESSIONS = {
  modelName: "sessions",
  fields: {
    userId: "person_id",
    expiresAt: "expires_at",
    ipAddress: "ip_address",
    userAgent: "user_agent",
    ...times,
  },
};

export const SIGN_IN_METHODS = {
  modelName: "sign_in_methods",
  fields: {
    userId: "person_id",
    providerId: "provider_id",
    accountId: "account_id",
    accessToken: "access_token",
    refreshToken: "refresh_token",
    idToken: "id_token",
    accessTokenExpiresAt: "access_token_expires_at",
    refreshTokenExpiresAt: "refresh_token_expires_at",
    ...times,
  },
};

export const SIGN_IN_CHALLENGES = {
  modelName: "sign_in_challenges",
  fields: { expiresAt: "expires_at", ...times },
};

export const SECOND_FACTORS = {
  user: { fields: { twoFactorEnabled: "two_factor_enabled" } },
  twoFactor: {
    modelName: "second_factors",
    fields: {
      userId: "person_id",
      backupCodes: "backup_codes",
      failedVerificationCount: "failed_verification_count",
      lockedUntil: "locked_until",
    },
  },
};
