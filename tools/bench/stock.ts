import { readFileSync } from 'node:fs'
import { ApolloGateway } from '@apollo/gateway'
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'

/** Stock `@apollo/gateway` on `@apollo/server`, as their documentation starts them: no authentication, no limits. */
const gateway = new ApolloGateway({ supergraphSdl: readFileSync(process.env.SUPERGRAPH ?? '', 'utf8') })
const { url } = await startStandaloneServer(new ApolloServer({ gateway }), {
  listen: { port: Number(process.env.PORT), host: '127.0.0.1' },
})
console.log(JSON.stringify({ msg: 'listening', port: Number(new URL(url).port) }))
