import { CircleAlert } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import {
  Controller,
  type ControllerRenderProps,
  type DefaultValues,
  type FieldPath,
  type FieldValues,
  FormProvider,
  type UseFormProps,
  type UseFormReturn,
  useForm,
  useFormContext,
  useFormState,
} from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import type * as z from 'zod/mini'
import { isAbort, isApiError } from '@/shared/api/errors'
import { errorMessage, requestIdOf } from '@/shared/api/messages'
import { i18n } from '@/shared/i18n'
import { cn } from '@/shared/lib/cn'
import { useCountdown } from '@/shared/lib/use-countdown'
import { Button, type ButtonProps } from '@/shared/ui/button'
import { Field } from '@/shared/ui/field'
import { applyServerErrors, type FieldMap } from './server-errors'

type Schema = z.ZodMiniType<FieldValues, FieldValues>
export type FormOf<S extends Schema> = UseFormReturn<z.input<S>, unknown, z.output<S>>

/** React Hook Form over a schema, mostly one generated from the server's OpenAPI (`@/api/gen/zod.gen`).
 * A page with a tight budget passes a loader: `() => import('@/api/gen/zod.gen').then((m) => m.zSignIn)`. */
export function useZodForm<S extends Schema>(
  schema: S | (() => Promise<S>),
  {
    required = [],
    ...options
  }: Omit<UseFormProps<z.input<S>, unknown, z.output<S>>, 'resolver' | 'defaultValues'> & {
    defaultValues: DefaultValues<z.input<S>>
    /** Fields that may not be empty although the server's schema sets them no least length. */
    required?: readonly FieldPath<z.input<S>>[]
  },
): FormOf<S> {
  return useForm<z.input<S>, unknown, z.output<S>>({
    mode: 'onTouched',
    ...options,
    // zod and its glue (~20 kB) come with the first validation, not with the page.
    resolver: async (values, context, options) => {
      const empty = required.filter((name) => (values as FieldValues)[name] === '')
      const [{ zodResolver }, loaded] = await Promise.all([
        import('./zod-resolver'),
        typeof schema === 'function' ? (schema as () => Promise<S>)() : schema,
      ])
      const result = await zodResolver(loaded as never)(values as never, context, options as never)
      if (empty.length === 0) return result as never
      const missing = empty.map((name) => [name, { type: 'required', message: i18n.t('validation.required') }])
      return { values: {}, errors: { ...result.errors, ...Object.fromEntries(missing) } } as never
    },
  })
}

type FormProps<I extends FieldValues, O> = Omit<ComponentProps<'form'>, 'onSubmit'> & {
  form: UseFormReturn<I, unknown, O>
  /** Awaited. What it throws is shown: field by field where the server names fields, else above the buttons (FormError). */
  onSubmit: (values: O) => Promise<unknown>
  /** Server field → form field where they differ. */
  fields?: FieldMap<I>
  children: ReactNode
}
export function Form<I extends FieldValues, O>({ form, onSubmit, fields, children, ...p }: FormProps<I, O>) {
  const submit = form.handleSubmit(async (values) => {
    try {
      await onSubmit(values as O)
    } catch (e) {
      if (!isAbort(e)) applyServerErrors(form, e, fields)
    }
  })
  return (
    <FormProvider {...form}>
      <form
        noValidate
        {...p}
        onSubmit={(e) => {
          e.stopPropagation() // a form in a dialog of a form
          void submit(e)
        }}
        onKeyDown={(e) => {
          if (e.key === 'Enter' && (e.metaKey || e.ctrlKey)) e.currentTarget.requestSubmit()
        }}
      >
        {children}
      </form>
    </FormProvider>
  )
}

type FormFieldProps<I extends FieldValues, N extends FieldPath<I>> = Omit<
  ComponentProps<typeof Field>,
  'error' | 'children'
> & {
  name: N
  /** Only to infer the names: the `form` given to <Form>. */
  form: Pick<UseFormReturn<I>, 'control'> | { control: unknown }
  children: (field: Omit<ControllerRenderProps<I, N>, 'disabled'>) => ReactNode
}
/** A Field bound to a form value. Inputs take `{...f}`; others `value={f.value} onValueChange={f.onChange}`. */
export function FormField<I extends FieldValues, N extends FieldPath<I> = FieldPath<I>>({
  name,
  form,
  children,
  ...field
}: FormFieldProps<I, N>) {
  return (
    <Controller
      name={name}
      control={form.control as UseFormReturn<I>['control']}
      render={({ field: { disabled: _, ...f }, fieldState }) => (
        <Field {...field} error={errorText(fieldState.error)}>
          {children(f)}
        </Field>
      )}
    />
  )
}

/** A list field keeps its errors per element: show the first. */
function errorText(error: unknown): string | undefined {
  if (!error || typeof error !== 'object') return undefined
  if ('message' in error && typeof error.message === 'string') return error.message
  return errorText(Object.values(error).find((x) => x && typeof x === 'object' && !('tagName' in x)))
}

/** After a 429: seconds until the server takes the form again. */
export function useRetryAfter() {
  const root = useFormState().errors.root as { types?: { cause?: unknown } } | undefined
  const cause = root?.types?.cause
  const limited = isApiError(cause) && cause.status === 429
  return { limited, wait: useCountdown(limited ? (cause.retryAfterSeconds ?? 60) : undefined, cause) }
}

/** What went wrong with the whole form. */
export function FormError({ className }: { className?: string }) {
  const { t } = useTranslation()
  const { errors } = useFormState()
  const root = errors.root as { message?: string; types?: { cause?: unknown } } | undefined
  const cause = root?.types?.cause
  const { limited, wait } = useRetryAfter()
  const requestId = requestIdOf(cause)
  return (
    <div role="alert" className={cn('empty:hidden', className)}>
      {root?.message && !(limited && wait === 0) && (
        <div className="flex gap-2 rounded-md bg-danger-soft px-3 py-2 text-sm text-fg">
          <CircleAlert size={16} className="mt-px shrink-0 text-danger" aria-hidden />
          <span className="min-w-0">
            {wait > 0 ? t('error.rateLimited', { count: wait }) : cause ? errorMessage(cause) : root.message}
            {isApiError(cause) && cause.status >= 500 && requestId && (
              <span className="block font-mono text-xs text-muted select-all">
                {t('ui.requestId', { id: requestId })}
              </span>
            )}
          </span>
        </div>
      )}
    </div>
  )
}

/** Busy while the form is being sent; waits out a 429. */
export function SubmitButton({ children, disabled, ...p }: Omit<ButtonProps, 'type' | 'busy'>) {
  const { formState } = useFormContext()
  const { wait } = useRetryAfter()
  return (
    <Button
      type="submit"
      variant="primary"
      size="md"
      busy={formState.isSubmitting}
      disabled={disabled || wait > 0}
      {...p}
    >
      {children}
    </Button>
  )
}
