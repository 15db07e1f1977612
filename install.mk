# install.mk — Job: put the built programs, pages, samples, units and documents where they belong.
#
#   make && make install [PREFIX=/usr/local] [DESTDIR=...]      nothing is built as root
PREFIX   ?= /usr/local
BINDIR    = $(PREFIX)/bin
DATADIR   = $(PREFIX)/share/sakiyomi
DOCDIR    = $(PREFIX)/share/doc/sakiyomi
UNITDIR   = $(PREFIX)/lib/systemd/system
USERSDIR  = $(PREFIX)/lib/sysusers.d
CONFDIR  ?= /etc/sakiyomi
STATEDIR ?= /var/lib/sakiyomi
INSTALL   = install

# What browsers get: the folders that `console` and `pages` of the settings want, nothing else.
PAGES     = $(sort $(foreach room,client gateway ambulance_client hospital_client,\
              $(filter-out %.md,$(shell find $(room)/web -type f 2>/dev/null))))
DOCUMENTS = README.md docs/OPERATIONS.md docs/HAZARDS.md docs/LEGAL.md docs/asyncapi.json \
            proto/PROTOCOL.md client/PAGES.md
SAMPLES   = gateway ambulance hospital
UNITS     = $(notdir $(wildcard docs/systemd/*.service))

# The hardening lines stand in one file and come into each unit; a unit's own lines follow them.
FILL = sed -e '/^@HARDENING@$$/{r docs/systemd/hardening.conf' -e 'd}' docs/systemd/$(1) | \
       sed -e 's|@BINDIR@|$(BINDIR)|g; s|@DOCDIR@|$(DOCDIR)|g; s|@CONFDIR@|$(CONFDIR)|g' \
           -e 's|@STATEDIR@|$(STATEDIR)|g' >$(DESTDIR)$(2)

.PHONY: install uninstall
install:
	$(Q)for program in $(PROGRAMS); do [ -x $$program ] || \
	    { echo "install: $$program: run make first / 先に make を実行してください" >&2; exit 1; }; \
	    done
	$(Q)$(INSTALL) -d $(addprefix $(DESTDIR),$(BINDIR) $(DOCDIR) $(UNITDIR) $(USERSDIR))
	$(Q)$(INSTALL) -m 755 $(PROGRAMS) $(DESTDIR)$(BINDIR)
	$(Q)for page in $(PAGES); do $(INSTALL) -D -m 644 $$page $(DESTDIR)$(DATADIR)/$$page; done
	$(Q)$(INSTALL) -m 644 $(DOCUMENTS) $(DESTDIR)$(DOCDIR)
	$(Q)for name in $(SAMPLES); do $(B)/bin/sakiyomi-$$name sample-config \
	    >$(DESTDIR)$(DOCDIR)/$$name.conf || exit 1; done
	$(Q)$(foreach unit,$(UNITS),$(call FILL,$(unit),$(UNITDIR)/$(unit)) &&) true
	$(Q)$(call FILL,sakiyomi.sysusers,$(USERSDIR)/sakiyomi.conf)

# Settings, keys and the log are the operator's: they stay.
uninstall:
	$(Q)rm -f $(addprefix $(DESTDIR)$(BINDIR)/,$(notdir $(PROGRAMS))) \
	    $(addprefix $(DESTDIR)$(UNITDIR)/,$(UNITS)) $(DESTDIR)$(USERSDIR)/sakiyomi.conf
	$(Q)rm -rf $(DESTDIR)$(DATADIR) $(DESTDIR)$(DOCDIR)
