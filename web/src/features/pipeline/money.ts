export * from '@/shared/lib/money'
