libservice_a_SOURCES = \
  src/service/plan.h
