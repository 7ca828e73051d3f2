import { createTransport } from 'nodemailer'

/** Sends what the console has to say by e-mail, where a server for it is configured. */
export interface Mail {
  /** Sends the link of an invitation. Throws where the server does not take it. */
  sendInvitation(invitation: { to: string; inviter: string; place: string; link: string }): Promise<void>
  close(): void
}

export interface MailOptions {
  /** The server, as `smtp://` or `smtps://` with the account in it. */
  url: string
  /** The address that mails come from. */
  from: string
}

/** Opens the way to the mail server; connections are made when there is something to send. Must be closed. */
export function openMail({ url, from }: MailOptions): Mail {
  const waitMs = 10_000
  const { protocol, hostname, port, username, password } = new URL(url)
  const transport = createTransport({
    host: hostname,
    port: Number(port) || (protocol === 'smtps:' ? 465 : 587),
    secure: protocol === 'smtps:',
    ...(username && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    ...{ connectionTimeout: waitMs, greetingTimeout: waitMs, socketTimeout: waitMs },
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async sendInvitation({ to, inviter, place, link }) {
      await transport.sendMail({
        from,
        to: { name: '', address: to },
        subject: `Commonchart: ${place}`,
        text: writeInvitation({ inviter, place, link }),
      })
    },
    close: () => transport.close(),
  }
}

/** Both languages: nothing is known yet of whom it is for. */
function writeInvitation({ inviter, place, link }: { inviter: string; place: string; link: string }): string {
  return [
    `${inviter} invites you to the Commonchart console of ${place}.`,
    'Open this link within a week. It works once; do not pass it on.',
    'If you expected no invitation, do nothing.',
    '',
    `${inviter} vous invite à la console Commonchart de ${place}.`,
    'Ouvrez ce lien d’ici une semaine. Il ne sert qu’une fois; ne le transmettez pas.',
    'Si vous n’attendiez pas d’invitation, ne faites rien.',
    '',
    link,
    '',
  ].join('\n')
}
