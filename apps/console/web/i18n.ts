import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'

export const languages = ['en', 'fr'] as const
export type Language = (typeof languages)[number]

const storedAs = 'commonchart-language'

/** The texts of each part of the console, a file for each language: `texts/LANGUAGE/PART.json`. */
const texts = import.meta.glob<Record<string, unknown>>('./texts/*/*.json', { import: 'default' })

function chooseLanguage(): Language {
  const wanted = [localStorage.getItem(storedAs) ?? '', ...navigator.languages]
  const found = wanted.map((tag) => tag.slice(0, 2)).find((tag) => languages.some((each) => each === tag))
  return (found as Language | undefined) ?? 'en'
}

/** Starts the texts in the language that was chosen, or the browser's. Parts are loaded when a page first uses them. */
export async function startTexts(): Promise<void> {
  i18next.use(initReactI18next).use({
    type: 'backend',
    init() {},
    read(language: string, part: string, done: (error: unknown, texts: unknown) => void) {
      const load = texts[`./texts/${language}/${part}.json`]
      if (!load) return done(new Error(`there are no texts of ${part} in ${language}`), false)
      load().then(
        (loaded) => done(null, loaded),
        (error: unknown) => done(error, false),
      )
    },
  })
  await i18next.init({
    lng: chooseLanguage(),
    fallbackLng: 'en',
    supportedLngs: languages,
    ns: ['shell'],
    defaultNS: 'shell',
    interpolation: { escapeValue: false },
    returnNull: false,
  })
  document.documentElement.lang = i18next.language
}

/** Changes the language of everything, and keeps the choice. */
export async function changeLanguage(language: Language): Promise<void> {
  localStorage.setItem(storedAs, language)
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}
