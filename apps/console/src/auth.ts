import { hash, verify } from '@node-rs/argon2'
import { betterAuth, type BetterAuthOptions } from 'better-auth'
import { twoFactor } from 'better-auth/plugins'
import type pg from 'pg'

/** The header by which the server tells better-auth the client's address; one that comes in is dropped. */
export const addressHeader = 'x-commonchart-address'

/** argon2id with the least that OWASP advises: 19 MiB, two passes, one lane. */
const cost = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

export interface AuthOptions {
  pool: pg.Pool
  secret: string
  /** The address that people use; sessions and links are of this origin alone. */
  url: string
  /** Cookies do not know ports: those of the two listeners are told apart by their names. */
  cookiePrefix: string
}

/**
 * The options of better-auth for one listener: e-mail and password with argon2id, TOTP, sessions of a week that use
 * renews every ten minutes, throttling kept in the database. Nobody signs up by themselves: an invitation makes the account.
 */
export function createAuthOptions({ pool, secret, url, cookiePrefix }: AuthOptions) {
  return {
    appName: 'Commonchart',
    database: pool,
    secret,
    baseURL: url,
    basePath: '/api/auth',
    trustedOrigins: [url],
    telemetry: { enabled: false },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 12,
      maxPasswordLength: 200,
      revokeSessionsOnPasswordReset: true,
      password: {
        hash: (password: string) => hash(password, cost),
        verify: ({ hash: stored, password }: { hash: string; password: string }) => verify(stored, password),
      },
    },
    session: { expiresIn: 7 * 86_400, updateAge: 600, freshAge: 600 },
    rateLimit: {
      enabled: true,
      storage: 'database',
      window: 60,
      max: 300,
      customRules: {
        '/sign-in/email': { window: 60, max: 5 },
        '/two-factor/*': { window: 60, max: 10 },
        '/change-password': { window: 60, max: 5 },
      },
    },
    advanced: {
      cookiePrefix,
      useSecureCookies: url.startsWith('https:'),
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true },
      ipAddress: { ipAddressHeaders: [addressHeader] },
    },
    logger: { disabled: true },
    plugins: [twoFactor({ issuer: 'Commonchart' })],
  } satisfies BetterAuthOptions
}

/** Creates what signs people in at one listener. */
export function createAuth(options: AuthOptions) {
  return betterAuth(createAuthOptions(options))
}

/** What of better-auth is answered; the pages use nothing else, and what nobody uses nobody misuses. */
export const authPaths = [
  '/api/auth/sign-in/email',
  '/api/auth/sign-out',
  '/api/auth/change-password',
  '/api/auth/two-factor/enable',
  '/api/auth/two-factor/disable',
  '/api/auth/two-factor/verify-totp',
  '/api/auth/two-factor/verify-backup-code',
  '/api/auth/two-factor/generate-backup-codes',
]

export type Auth = ReturnType<typeof createAuth>

/** Hashes a password as sign-in expects it. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, cost)
}
