libservice_a_SOURCES = \
  src/service/plan.c src/service/plan.h
