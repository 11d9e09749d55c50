export * from '@/shared/lib/money'
export * from '@/shared/lib/parse-money'
