// A hint for people, not a rule: the server refuses what is too short or easy to guess, by a dictionary of 800 kB that the
// browser is spared. So nothing is called good here that stands or falls with a dictionary.
export type Advice = 'short' | 'common' | 'personal' | 'pattern' | 'longer' | 'mixed'
export type Strength = { score: 0 | 1 | 2 | 3 | 4; advice: Advice | null }

const COMMON =
  /password|passw0rd|passwort|qwert|asdfgh|zxcvb|letmein|welcome|admin|iloveyou|dragon|monkey|football|baseball|master|sunshine|princess|superman|secret|login|abc123|1q2w3e|пароль|йцукен|фывапр|привет|любовь|наташа|максим|солнышко|gfhjkm/g
const ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'йцукенгшщзхъ', 'фывапролджэ', 'ячсмитьбю', '1234567890']
const MIN = 8
/** One word, perhaps with a number or a sign behind it: what a dictionary finds. */
const ONE_WORD = /^\p{L}+[^\p{L}]*$/u
const LONG_WORD = 14

function follows(a: string, b: string) {
  const step = b.charCodeAt(0) - a.charCodeAt(0)
  return Math.abs(step) <= 1 || ROWS.some((r) => r.includes(a + b) || r.includes(b + a))
}
/** How many characters a guesser really has to find: repeats, runs (abc, 321) and keyboard rows count a quarter. */
function effort(word: string) {
  const chars = [...word]
  return chars.reduce((n, c, i) => n + (i > 0 && follows(chars[i - 1] as string, c) ? 0.25 : 1), 0)
}
function alphabet(word: string) {
  const kinds: [RegExp, number][] = [
    [/[a-z]/, 26],
    [/[A-Z]/, 26],
    [/[а-яё]/, 33],
    [/[А-ЯЁ]/, 33],
    [/\d/, 10],
    [/[^\p{L}\d]/u, 24],
  ]
  return kinds.reduce((n, [of, size]) => n + (of.test(word) ? size : 0), 0) || 40
}

/** `personal`: name, e-mail, organization; their words are the first a guesser tries. */
export function passwordStrength(password: string, personal: readonly string[] = []): Strength {
  if (!password) return { score: 0, advice: null }
  if ([...password].length < MIN) return { score: 1, advice: 'short' }
  const words = personal.flatMap((p) => p.toLowerCase().split(/[^\p{L}\d]+/u)).filter((w) => w.length > 3)
  const lower = password.toLowerCase()
  const withoutCommon = lower.replace(COMMON, '')
  const rest = words.reduce((s, w) => s.replaceAll(w, ''), withoutCommon)
  // A known word is worth about one character.
  const known = (lower.length - rest.length > 0 ? 1 : 0) + effort(rest)
  const bits = known * Math.log2(alphabet(password))
  const looks = bits < 30 ? 1 : bits < 46 ? 2 : bits < 64 ? 3 : 4
  const isWord = ONE_WORD.test(password) && [...password].length < LONG_WORD
  const score = isWord && looks > 2 ? 2 : looks
  if (score === 4) return { score, advice: null }
  if (withoutCommon.length < lower.length) return { score, advice: 'common' }
  if (rest.length < withoutCommon.length) return { score, advice: 'personal' }
  if (effort(lower) < lower.length * 0.7) return { score, advice: 'pattern' }
  return { score, advice: score === 3 ? null : [...password].length < 12 ? 'longer' : 'mixed' }
}
