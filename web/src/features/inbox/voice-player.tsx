import { Pause, Play } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { clock } from '@/shared/lib/clock'
import { Button } from '@/shared/ui/button'
import { mediaUrl } from './api'
import { bars, nextSpeed, type Speed } from './media-model'
import type { Media } from './types'

const BARS = 36
/** One at a time. */
let playing: HTMLAudioElement | null = null
let speed: Speed = 1

/** A voice message: its waveform is the slider; the speed is that of all of them. */
export function VoicePlayer({ media: m }: { media: Media }) {
  const { t } = useTranslation('inbox')
  const audio = useRef<HTMLAudioElement>(null)
  const [on, setOn] = useState(false)
  const [at, setAt] = useState(0)
  const [rate, setRate] = useState<Speed>(speed)
  const length = (m.durationMs ?? 0) / 1000
  useEffect(
    () => () => {
      if (playing === audio.current) playing = null
    },
    [],
  )
  const toggle = () => {
    const el = audio.current
    if (!el) return
    if (!el.paused) return el.pause()
    if (playing && playing !== el) playing.pause()
    playing = el
    el.playbackRate = rate
    void el.play().catch(() => setOn(false))
  }
  const share = length > 0 ? at / length : 0
  const heights = bars(m.waveform, BARS).map((height, i) => ({ at: i, height }))
  return (
    <span className="flex items-center gap-2.5 py-1">
      {/* biome-ignore lint/a11y/useMediaCaption: a voice message has no captions */}
      <audio
        ref={audio}
        preload="none"
        src={m.url ?? mediaUrl(m.id)}
        onPlay={() => setOn(true)}
        onPause={() => setOn(false)}
        onEnded={() => setAt(0)}
        onTimeUpdate={(e) => setAt(e.currentTarget.currentTime)}
      />
      <Button
        variant="primary"
        size="icon-lg"
        className="rounded-full!"
        aria-label={t(on ? 'voice.pause' : 'voice.play')}
        onClick={toggle}
      >
        {on ? <Pause size={16} /> : <Play size={16} />}
      </Button>
      <span className="relative flex flex-col gap-1">
        <span aria-hidden className="flex h-6 items-end gap-0.5">
          {heights.map(({ at: bar, height }) => (
            <span
              key={bar}
              className={bar / BARS < share ? 'rounded-full bg-accent' : 'rounded-full bg-control'}
              style={{ width: 2, height: `${height * 100}%`, minHeight: 2 }}
            />
          ))}
        </span>
        <input
          type="range"
          aria-label={t('voice.position')}
          aria-valuetext={`${clock(at)} / ${clock(length)}`}
          min={0}
          max={Math.max(1, length)}
          step={0.1}
          value={at}
          onChange={(e) => {
            const to = Number(e.target.value)
            setAt(to)
            if (audio.current) audio.current.currentTime = to
          }}
          className="absolute inset-x-0 top-0 h-6 w-full opacity-0 focus-visible:opacity-100"
          style={{ accentColor: 'var(--accent)' }}
        />
        <span className="tabular text-2xs text-muted">{clock(on || at > 0 ? at : length)}</span>
      </span>
      <Button
        variant="ghost"
        size="xs"
        className="tabular w-9"
        aria-label={t('voice.speed', { speed: rate })}
        onClick={() => {
          speed = nextSpeed(rate)
          setRate(speed)
          if (audio.current) audio.current.playbackRate = speed
        }}
      >
        {rate}×
      </Button>
    </span>
  )
}
