import type { SampleCall } from '../samples/call.ts'
import { writeNodeAsk } from '../samples/node.ts'

/** A program for Node that finds the next free time of any service and books it for the first patient. */
export function writeBookingSample(call: SampleCall): string {
  return `// node booking.mjs, with Node 20 or newer; nothing to install
${writeNodeAsk(call)}
const fail = (why) => {
  console.error(why)
  process.exit(1)
}

const choices = await ask(\`query BookingChoices {
  services { id name }
  patients(first: 1) { nodes { id fullName } }
}\`)
if (choices.errors) fail(JSON.stringify(choices.errors, null, 2))
const patient = choices.data.patients.nodes[0] ?? fail('There is no patient to book for.')

for (const service of choices.data.services) {
  const free = await ask(
    \`query NextFree($serviceId: ID!, $patientId: ID!) {
      nextAvailabilities(serviceId: $serviceId, forPatientId: $patientId, first: 1) {
        startAt
        untilAt
        provider { id }
        location { id }
      }
    }\`,
    { serviceId: service.id, patientId: patient.id },
  )
  const time = free.data?.nextAvailabilities?.[0]
  if (!time) continue
  const booked = await ask(
    \`mutation FirstBooking($input: CreateAppointmentInput!) {
      createAppointment(input: $input) { id startAt untilAt service { name } }
    }\`,
    {
      input: {
        patientId: patient.id,
        serviceId: service.id,
        providerId: time.provider.id,
        locationId: time.location.id,
        startAt: time.startAt,
        untilAt: time.untilAt,
      },
    },
  )
  console.log(JSON.stringify(booked, null, 2))
  process.exit(booked.errors ? 1 : 0)
}
fail('No service has a free time.')
`
}
