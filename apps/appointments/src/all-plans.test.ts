/**
 * Tests that no query of a list, of a booking or of a page reads what it does not show, however much there is: they share one
 * populated database. Any of them also runs by itself: `node --test apps/appointments/src/plans/NAME.ts`.
 */
import './plans/appointments.ts'
import './plans/bookings.ts'
import './plans/drafts.ts'
import './plans/groups.ts'
import './plans/hours.ts'
import './plans/lifecycle.ts'
