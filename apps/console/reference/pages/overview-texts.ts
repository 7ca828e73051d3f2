import type { Language } from './words.ts'

interface OverviewTexts {
  lead: string
  authenticate: string
  /** What a program does, in order; code stands in backticks. */
  steps: string[]
  rules: string
  /** What holds everywhere: a name and a text. */
  conventions: [string, string][]
}

/** What the first page says, by language. */
export const overviewTexts: Record<Language, OverviewTexts> = {
  en: {
    lead: 'One GraphQL endpoint over the whole record of your organisation: patients, appointments, and what happened to them.',
    authenticate: 'Authenticate',
    steps: [
      'Make an RSA key of 2048 bits or more, and have the support account of the domain register its public half as a consumer.',
      'Sign a token yourself for each call or few: a JWT with `alg` RS512, your issuer as `iss`, and an `exp` at most 900 seconds ahead. There is no token endpoint.',
      'POST to `/graphql` of the domain’s own host with the token as `Bearer`. Every answer bears `x-request-id`: name it when you ask for help.',
    ],
    rules: 'What holds everywhere',
    conventions: [
      [
        'Pages',
        'Lists that are connections give 50 records unless `first` or `last` says otherwise, and 100 at most; more is clamped with the warning `PAGE_CLAMPED`. Give `endCursor` as `after` to read on.',
      ],
      ['Ids', 'Strings of digits, unique within the domain for their type. Do not compute with them.'],
      ['Times', 'Instants are answered in UTC; what is sent must carry its offset.'],
      [
        'Retries',
        'Send `Idempotency-Key` with a mutation: for 24 hours a repeat changes nothing and is answered with the same records as they are then.',
      ],
      [
        'Versions',
        'Records that can be changed have a `version`. Send it as `expectedVersion`, and a change of somebody else in between is refused with `CONFLICT`.',
      ],
      [
        'Warnings',
        'What was done although something about it is odd stands in `extensions.warnings`, each with a code.',
      ],
      ['Languages', 'The header `language` (`en` or `fr`) chooses the language of names and messages.'],
      ['Our additions', 'What the API that CHR publishes does not have is marked Ours.'],
    ],
  },
  fr: {
    lead: 'Un seul point d’accès GraphQL à tout le dossier de votre organisation : patients, rendez-vous, et ce qui leur est arrivé. Les descriptions du schéma sont en anglais.',
    authenticate: 'S’authentifier',
    steps: [
      'Créez une clé RSA de 2048 bits ou plus, et faites enregistrer sa moitié publique comme consommateur par le compte de soutien du domaine.',
      'Signez vous-même un jeton pour un ou quelques appels : un JWT avec `alg` RS512, votre émetteur comme `iss`, et un `exp` au plus 900 secondes plus tard. Il n’y a pas de point d’accès qui délivre des jetons.',
      'Envoyez un POST à `/graphql` sur l’hôte du domaine, avec le jeton comme `Bearer`. Chaque réponse porte `x-request-id` : indiquez-le quand vous demandez de l’aide.',
    ],
    rules: 'Ce qui vaut partout',
    conventions: [
      [
        'Pages',
        'Les listes qui sont des connexions donnent 50 enregistrements sauf si `first` ou `last` en décide autrement, et 100 au plus ; au-delà, la page est réduite avec l’avertissement `PAGE_CLAMPED`. Donnez `endCursor` comme `after` pour lire la suite.',
      ],
      [
        'Identifiants',
        'Des chaînes de chiffres, uniques dans le domaine pour leur type. Ne calculez pas avec eux.',
      ],
      ['Heures', 'Les instants sont donnés en UTC ; ceux que vous envoyez doivent porter leur décalage.'],
      [
        'Reprises',
        'Envoyez `Idempotency-Key` avec une mutation : pendant 24 heures, une répétition ne change rien et reçoit les mêmes enregistrements dans leur état du moment.',
      ],
      [
        'Versions',
        'Les enregistrements modifiables ont une `version`. Envoyez-la comme `expectedVersion`, et une modification faite par un autre entre-temps est refusée avec `CONFLICT`.',
      ],
      [
        'Avertissements',
        'Ce qui a été fait bien que quelque chose surprenne se trouve dans `extensions.warnings`, chacun avec un code.',
      ],
      ['Langues', 'L’en-tête `language` (`en` ou `fr`) choisit la langue des noms et des messages.'],
      ['Nos ajouts', 'Ce que l’API publiée par CHR ne contient pas porte la marque Ajout.'],
    ],
  },
}
