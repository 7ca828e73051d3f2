/**
 * Tests that no query of a list, of a booking or of a page reads what it does not show, however much there is: they share one
 * populated database. Any of them also runs by itself: `node --test apps/appointments/src/test-plans/NAME.ts`.
 */
import './test-plans/appointments.ts'
import './test-plans/bookings.ts'
import './test-plans/drafts.ts'
import './test-plans/groups.ts'
import './test-plans/hours.ts'
import './test-plans/lifecycle.ts'
