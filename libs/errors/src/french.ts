import { errorCatalogue, type ErrorCode } from './catalogue.ts'
import type { Violation } from './violations.ts'

/** The French text of every code, in place of its English message. */
export const frenchMessages: Record<ErrorCode, string> = {
  API_NOT_ENABLED: 'L’API Enterprise n’est pas activée pour ce domaine.',
  AUDIT_UNAVAILABLE: 'La requête ne peut pas être consignée pour le moment ; elle reste donc sans réponse.',
  BAD_REQUEST: 'La requête n’est pas une requête GraphQL bien formée sur HTTP.',
  BAD_USER_INPUT: 'Une variable ou un argument n’est pas du type attendu.',
  CONFLICT: 'L’enregistrement a été modifié depuis la version attendue.',
  CSRF_REFUSED: 'Un navigateur aurait pu envoyer cette requête de lui-même.',
  DOMAIN_BEING_DELETED:
    'Les données du domaine doivent être supprimées à une date fixée, ou le sont déjà; rien n’a été modifié.',
  DOMAIN_NAME_IN_USE: 'Un autre domaine porte ce nom.',
  EVENT_RESEND_TOO_MANY: 'L’intervalle compte trop d’événements pour un seul renvoi.',
  EVENT_SECRETS_FULL: 'L’abonnement a déjà deux secrets.',
  EVENT_SECRET_LAST: 'Un abonnement garde au moins un secret.',
  EVENT_SUBSCRIPTIONS_FULL: 'Le consommateur a déjà le plus grand nombre d’abonnements permis.',
  EVENT_SUBSCRIPTION_DEACTIVATED: 'L’abonnement est terminé.',
  EVENT_TOPIC_NOT_HELD: 'Aucune donnée de ce sujet n’est tenue ici : il n’aurait jamais d’événement.',
  EVENT_TOPIC_UNKNOWN: 'Un sujet est inconnu.',
  EVENT_URL_REFUSED: 'Rien ne sera envoyé à cette adresse.',
  FORBIDDEN: 'Vous n’êtes pas autorisé à faire cela.',
  GRAPHQL_PARSE_FAILED: 'La requête n’est pas du GraphQL.',
  GRAPHQL_VALIDATION_FAILED: 'La requête n’est pas conforme au schéma.',
  GROUP_VISIT_FULL: 'Toutes les places de la visite de groupe sont prises.',
  HOST_IN_USE: 'Un nom d’hôte appartient déjà à un autre domaine.',
  IDEMPOTENCY_KEY_INVALID:
    'L’en-tête Idempotency-Key est vide, dépasse 255 caractères ou n’est pas en ASCII visible.',
  IDEMPOTENCY_KEY_IN_USE: 'Une requête avec cette Idempotency-Key est encore en cours.',
  IDEMPOTENCY_KEY_REUSED:
    'Cette Idempotency-Key a déjà servi pour une autre mutation ou avec d’autres arguments.',
  INTERNAL_SERVER_ERROR: 'Une erreur s’est produite de notre côté.',
  INVALID_CURSOR: 'Le curseur ne provient pas de cette liste dans cet ordre.',
  IP_NOT_ALLOWED: 'Le consommateur ne peut pas être utilisé depuis cette adresse.',
  ISSUER_IN_USE: 'Un autre consommateur du domaine a cet émetteur.',
  KEY_EXPONENT: 'L’exposant public de la clé RSA n’est pas 65537.',
  KEY_ID_IN_USE: 'Le consommateur a déjà une clé active avec ce `kid`.',
  KEY_IN_USE: 'La clé est déjà enregistrée dans ce domaine.',
  KEY_MALFORMED: 'La clé est illisible.',
  KEY_NOT_RSA: 'La clé n’est pas une clé RSA.',
  KEY_PRIVATE: 'Une clé privée a été envoyée. Elle n’a pas été conservée.',
  KEY_TOO_SHORT: 'La clé RSA compte moins de 2048 bits.',
  METHOD_NOT_ALLOWED: 'Ce point d’accès n’accepte pas cette méthode HTTP.',
  NOT_FOUND: 'Un enregistrement désigné n’existe pas dans ce domaine.',
  OPERATION_RESOLUTION_FAILURE: 'Le document ne dit pas laquelle de ses opérations exécuter.',
  PATIENT_ARCHIVED: 'Le dossier du patient est archivé.',
  PAYLOAD_TOO_LARGE: 'Le corps de la requête dépasse la limite.',
  QUERY_TOO_COMPLEX: 'La requête dépasse une limite de jetons, de profondeur, d’alias ou de coût.',
  RATE_LIMITED: 'Trop de requêtes.',
  RECORD_ALTERED: 'Ce que le journal d’accès conserve d’une requête n’est pas ce qui y fut consigné.',
  RECORD_KEY_LOST: 'La clé qui ouvre les journaux de ce jour n’est plus disponible.',
  REGISTRY_UNAVAILABLE: 'Le registre des consommateurs est injoignable ; rien n’a été exécuté.',
  SCOPE_MISSING: 'Le consommateur n’a pas toutes les portées nécessaires ; rien n’a été exécuté.',
  SLOT_TAKEN: 'Le professionnel n’a plus de place à ce moment.',
  SUBGRAPH_UNAVAILABLE: 'Le service qui détient une partie de la réponse est injoignable.',
  TIMEOUT: 'La réponse a pris plus de temps que permis.',
  UNAUTHENTICATED: 'La requête ne porte pas de jeton valable ici.',
  UNKNOWN_DOMAIN: 'Aucun domaine n’a ce nom d’hôte.',
  UNSUPPORTED_MEDIA_TYPE: 'Le corps n’est pas d’un type que ce point d’accès sait lire.',
  PATIENT_MERGED: 'Ce dossier a été fusionné avec un autre.',
  PATIENT_NOT_MERGED: 'Ce dossier n’est fusionné avec aucun autre.',
  POSSIBLE_DUPLICATE: 'Cette personne a peut-être déjà un dossier.',
  VALIDATION_FAILED: 'Les données enfreignent une ou plusieurs règles ; `extensions.violations` les énumère.',
}

/** The French text of every rule that a violation can name and every warning. */
export const frenchRules: Record<string, string> = {
  AMBIGUOUS: 'Plusieurs professionnels portent ce nom.',
  ALREADY_ATTENDING: 'Le patient participe déjà à la visite de groupe.',
  ANOTHER_PROVIDER: 'Les heures de travail et les absences restent à leur professionnel.',
  APPOINTMENT_TAG_DEACTIVATED: 'L’étiquette n’est plus en usage ; elle a été posée quand même.',
  BELOW_OCCUPIED: 'Plus de places sont déjà prises.',
  COLOR: 'Une couleur s’écrit #rrggbb.',
  CONTRADICTION: 'Une personne qui a une date de décès est décédée.',
  CONTROL_CHARACTER: 'La valeur contient des caractères de contrôle.',
  DATE_FORMAT: 'La date n’a pas la précision demandée.',
  DATE_RANGE: 'La date n’est pas dans la période permise.',
  DEGREES: 'La valeur n’est pas un angle possible en degrés.',
  EXISTING_PATIENT_NOT_ALLOWED: 'Seuls les nouveaux patients peuvent réserver ici.',
  EXTERNAL_ID: 'L’identifiant externe compte de 1 à 500 caractères et n’est pas vide.',
  EXTERNAL_ID_TWICE: 'Un autre élément de cette importation a cet identifiant externe.',
  GROUP_VISIT_CANCELLED: 'La visite de groupe est annulée.',
  GROUP_VISIT_DEACTIVATED: 'La visite de groupe est désactivée.',
  GROUP_VISIT_FIXED:
    'Le rendez-vous d’un participant n’a ni lieu ni heure à lui, même sans validations : déplacez la visite de groupe, ou retirez-en le patient et donnez-lui un rendez-vous.',
  GROUP_VISIT_FULL: 'Toutes les places de la visite de groupe sont prises.',
  GROUP_VISIT_OVER: 'La visite de groupe est terminée.',
  HOST_NAME: 'Ce n’est pas un nom d’hôte.',
  IDENTIFICATION_CHECK_DIGIT:
    'Un chiffre semble mal saisi : le chiffre de contrôle, ou la date contenue dans le numéro, est faux.',
  IDENTIFICATION_FORMAT: 'La valeur ne ressemble pas à un numéro de ce type.',
  IDENTIFICATION_TAKEN: 'Ce numéro de ce modèle figure déjà dans un dossier.',
  INTERVAL_TYPE: 'L’unité de durée est inconnue.',
  IN_OFF_TIME: 'Le professionnel est absent à ce moment.',
  IN_THE_PAST: 'Le moment doit être à venir.',
  IP_RANGE: 'Ce n’est pas une adresse ni une plage d’adresses permise.',
  KEY_ID: 'Le `kid` n’a pas la forme permise.',
  KIND: 'La valeur ne convient pas au type de l’élément.',
  KIND_FIXED: 'Le type d’un élément ne peut pas changer.',
  LOCALE_TWICE: 'Chaque langue ne figure qu’une fois.',
  LOCATION_DEACTIVATED: 'Le lieu est désactivé.',
  MAX_LENGTH: 'Le texte est trop long.',
  MERGE_WITH_ITSELF: 'Un dossier ne se fusionne pas avec lui-même.',
  NEW_PATIENT_NOT_ALLOWED: 'Seuls les patients existants peuvent réserver ici.',
  NOTIFICATION_NOT_SENT: 'Personne n’a été avisé : aucun envoi n’est configuré.',
  NO_OVERRIDE: 'Une raison de passer outre accompagne `skipValidations: true`.',
  NOT_ARCHIVED: 'Le rôle n’est pas archivé.',
  NOT_A_CHOICE: 'La valeur ne fait pas partie des choix.',
  NOT_CANCELLED: 'Seul ce qui est annulé a une raison d’annulation.',
  NOT_FOUND: 'Un enregistrement désigné n’existe pas dans ce domaine.',
  OFF_GRID: 'Aucun rendez-vous ne commence à ce moment.',
  OUTSIDE_WORK_HOURS: 'Le moment est hors des heures de travail.',
  OUT_OF_RANGE: 'La valeur est hors des limites.',
  PAGE_CLAMPED: 'Une page compte au plus 100 enregistrements.',
  PATIENT_ARCHIVED: 'Le dossier du patient est archivé.',
  PATIENT_OVERLAP: 'Le patient a un autre rendez-vous à ce moment.',
  PATTERN: 'Ce n’est pas une expression régulière permise.',
  PHONE_NOT_READABLE: 'Ce numéro de téléphone n’est pas lisible ; il est conservé tel que saisi.',
  POSSIBLE_DUPLICATE: 'Cette personne a peut-être déjà un dossier.',
  POSTAL_CODE_NOT_READABLE: 'Ce n’est pas un code postal du Canada ; il est conservé tel que saisi.',
  PRESENTING_ISSUE_DEACTIVATED: 'Le motif n’est plus en usage ; il a été conservé quand même.',
  PROVIDER_DEACTIVATED: 'Le professionnel est désactivé.',
  RANGE_CLAMPED: 'La période est limitée à 92 jours.',
  READ_ONLY: 'La fiche vient d’un répertoire partagé : seule une importation la modifie.',
  REGION_NOT_READABLE:
    'Ce n’est ni une province ni un territoire du Canada ; la valeur est conservée telle que saisie.',
  REQUIRED: 'Une valeur est obligatoire.',
  RESPONDENT_DIFFERS: '`patientId` et `respondentId` désignent deux patients différents.',
  RETIRED: 'La clé est retirée.',
  SCOPE: 'La portée est inconnue.',
  SERVICE_DEACTIVATED: 'Le service est désactivé.',
  SERVICE_NOT_ALLOWED: 'Le service ne peut pas être réservé ici.',
  SINGLE_LINE: 'Le texte doit tenir sur une ligne.',
  SLOT_TAKEN: 'Le professionnel n’a plus de place à ce moment.',
  SLUG: 'Des minuscules, des chiffres et des traits d’union simples, une lettre d’abord.',
  SPAN_CUT: 'La période demandée est trop longue ; elle a été raccourcie.',
  STATUS_NOT_ALLOWED: 'Ce statut ne peut pas suivre l’autre dans ce domaine.',
  STATUS_TAG_DEACTIVATED: 'L’étiquette n’est plus en usage ; elle a été posée quand même.',
  TEMPLATE_DEACTIVATED: 'Le modèle n’est plus en usage ; le numéro a été conservé quand même.',
  TEXT: 'Le texte ne peut pas être conservé tel quel.',
  TIMES_OUT_OF_ORDER: 'La fin n’est pas après le début.',
  TIME_ZONE: 'Le fuseau horaire est inconnu.',
  TOO_FAR_AHEAD: 'Le service ne se réserve pas si longtemps d’avance.',
  TOO_LONG: 'La valeur est trop longue.',
  TOO_MANY: 'Il y en a trop.',
  TOO_SOON: 'Le service ne se réserve pas à si brève échéance.',
  UNIQUE: 'La valeur figure déjà.',
  UNREADABLE: 'Le texte contient des caractères qui ne peuvent pas être conservés.',
  URL_TEMPLATE: 'Une adresse https avec {appointmentId} et {accessCode}, hors du nom d’hôte.',
  UUID: 'Ce n’est pas un UUID.',
  VISIT_TYPE_NOT_ALLOWED: 'Ce type de visite n’est pas permis.',
  WORK_HOURS_OVERLAP: 'Ces heures en chevauchent d’autres du même professionnel.',
}

/** What these say of a document or a value names a place in it: it stands behind the French text, in English. */
const keepsDetail = new Set<string>([
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
])

/** The French text of a rule or a warning; undefined for one that has none, whose English message then stays. */
export function frenchRule(rule: string): string | undefined {
  return Object.hasOwn(frenchRules, rule) ? frenchRules[rule] : undefined
}

/** An error as it goes to a client. */
interface Told {
  message: string
  extensions?: Record<string, unknown>
}

/** Tells an error, and the violations that it lists, in French; codes, paths, rules and facts stay as they are. */
export function tellInFrench<Error extends Told>(error: Error): Error {
  const { code, violations } = error.extensions ?? {}
  if (typeof code !== 'string' || !Object.hasOwn(errorCatalogue, code)) return error
  const french = frenchMessages[code as ErrorCode]
  const message = keepsDetail.has(code) ? `${french} (${error.message})` : french
  if (!Array.isArray(violations)) return { ...error, message }
  const told = (violations as Violation[]).map((each) => ({
    ...each,
    message: frenchRule(each.rule) ?? each.message,
  }))
  return { ...error, message, extensions: { ...error.extensions, violations: told } }
}

/** Tells a warning in French; its code and facts stay as they are. */
export function warnInFrench<Warning extends { code: string; message: string }>(warning: Warning): Warning {
  return { ...warning, message: frenchRule(warning.code) ?? warning.message }
}
