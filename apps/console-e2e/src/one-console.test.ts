/**
 * Tests in a browser: they share one stack. Each also runs by itself:
 * `node --test --test-global-setup=libs/testing/src/global-setup.ts apps/console-e2e/src/flows/NAME.ts`.
 */
import './flows/access-log.ts'
import './flows/account.ts'
import './flows/audit-log.ts'
import './flows/consumers.ts'
import './flows/element-use.ts'
import './flows/events.ts'
import './flows/explorer.ts'
import './flows/getting-started.ts'
import './flows/members.ts'
import './flows/operator.ts'
import './flows/overview.ts'
import './flows/reference.ts'
import './flows/sign-in.ts'
import './flows/stored-markup.ts'
import './flows/tenancy.ts'
import './flows/verification.ts'
